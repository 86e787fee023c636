"""Who may do what: one table."""

from itertools import pairwise

import pytest

from gosight.kit.access import MAY, Grant, Permission, Role, may_hand_out
from gosight.kit.errors import Forbidden


def test_each_role_may_all_that_the_one_below_may() -> None:
    ladder = [MAY[role] for role in (Role.viewer, Role.member, Role.admin, Role.owner)]
    assert all(lower < higher for lower, higher in pairwise(ladder))
    assert MAY[Role.owner] == set(Permission)


@pytest.mark.parametrize(
    "permission", [Permission.personal_read, Permission.replay_read, Permission.export_read, Permission.sql_read]
)
def test_a_viewer_sees_nothing_personal(permission: Permission) -> None:
    assert not Grant(role=Role.viewer).may(permission)
    with pytest.raises(Forbidden, match=f"a viewer may not do this: it needs {permission}"):
        Grant(role=Role.viewer).need(permission)


@pytest.mark.parametrize(
    ("actor", "roles", "may"),
    [
        (Role.owner, (Role.owner, Role.viewer), True),
        (Role.admin, (Role.admin, Role.viewer), True),
        (Role.admin, (Role.owner, Role.viewer), False),
        (Role.member, (Role.viewer,), False),
        (Role.viewer, (), False),
    ],
)
def test_owners_are_made_by_owners(actor: Role, roles: tuple[Role, ...], may: bool) -> None:
    assert may_hand_out(actor, *roles) is may
