"""Contracts of other products, answered by this one: each a part of its own that no other knows.

Owns no table of its own beyond those its parts name."""
