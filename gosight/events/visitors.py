"""Whose id a visitor's is."""

OF_A_USER = "user:"
"""How the id of a visitor begins that stands for a user of whom no browser is known."""
HIDDEN = "user:…"


def shown_visitor(visitor_id: str, *, personal: bool) -> str:
    """The id as somebody may see it: a viewer, who sees no users, does not read one out of it."""
    return HIDDEN if not personal and visitor_id.startswith(OF_A_USER) else visitor_id
