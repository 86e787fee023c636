"""Members of a project, and who is invited to become one."""

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from gosight.control import fields, invitations, team
from gosight.control.control import Control
from gosight.control.model import Access, Membership
from gosight.control.routes.projects import PROJECT
from gosight.kit.access import Permission, Role, needs
from gosight.kit.clock import iso_of
from gosight.kit.wire.envelopes import Done, Reply
from gosight.outbox import Message


class MemberItem(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    email: str
    name: str
    role: Role
    joined_at: str


class Invite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: str
    role: Role


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """`invite_url` is for the invited person alone; it is shown this once. `is_mailed`: it is on its way to them."""

    email: str
    role: Role
    invite_url: str
    is_mailed: bool
    expires_at: str


class RoleChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: Role


class InvitationItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    role: Role
    created_at: str
    expires_at: str


@get(f"{PROJECT}/members", opt=needs(Permission.members_read), sync_to_thread=True)
def list_members(access: NamedDependency[Access], control: NamedDependency[Control]) -> Reply[list[MemberItem]]:
    """The project's members; whoever joined first comes first."""
    return Reply(data=[_item(member) for member in team.of_project(control.file, access.project.number)])


@post(f"{PROJECT}/members", opt=needs(Permission.members_write), sync_to_thread=True)
def invite_member(
    data: JSONBody[Invite], access: NamedDependency[Access], control: NamedDependency[Control]
) -> Reply[Invited]:
    """Invite somebody: the answer holds a link for them that works once, for 72 hours. Where the server sends mail,
    they get it by mail too."""
    email = fields.email(data.email)

    def url(token: str) -> str:
        return f"{control.public_url}/app/invitations/{token}"

    def letter(token: str) -> Message:
        return invitations.letter(access.project.name, data.role, url(token))

    token, expires_at, is_mailed = invitations.invite(
        control.file,
        access.project.number,
        access.grant,
        email=email,
        role=data.role,
        now=control.clock(),
        letter=letter if control.has_mail else None,
    )
    return Reply(
        data=Invited(
            email=email,
            role=data.role,
            invite_url=url(token),
            is_mailed=is_mailed,
            expires_at=iso_of(expires_at),
        )
    )


@patch(f"{PROJECT}/members/{{member:str}}", opt=needs(Permission.members_write), sync_to_thread=True)
def change_member(
    member: FromPath[str],
    data: JSONBody[RoleChange],
    access: NamedDependency[Access],
    control: NamedDependency[Control],
) -> Reply[MemberItem]:
    """Give a member another role. Owners are made and unmade by owners, and the last one stays."""
    return Reply(data=_item(team.set_role(control.file, access.project.number, access.grant, member, data.role)))


@delete(f"{PROJECT}/members/{{member:str}}", opt=needs(Permission.project_read), status_code=200, sync_to_thread=True)
def remove_member(member: FromPath[str], access: NamedDependency[Access], control: NamedDependency[Control]) -> Done:
    """Remove a member, or leave. Removing others needs the permission `members.write`."""
    team.remove(control.file, access.project.number, access.grant, member, by=access.caller.member_id)
    return Done()


@get(f"{PROJECT}/invitations", opt=needs(Permission.members_write), sync_to_thread=True)
def list_invitations(access: NamedDependency[Access], control: NamedDependency[Control]) -> Reply[list[InvitationItem]]:
    """Invitations that are still open, oldest first."""
    found = invitations.of_project(control.file, access.project.number, control.clock())
    return Reply(
        data=[
            InvitationItem(
                id=open_.id,
                email=open_.email,
                role=open_.role,
                created_at=iso_of(open_.created_at),
                expires_at=iso_of(open_.expires_at),
            )
            for open_ in found
        ]
    )


@delete(
    f"{PROJECT}/invitations/{{invitation:str}}",
    opt=needs(Permission.members_write),
    status_code=200,
    sync_to_thread=True,
)
def withdraw_invitation(
    invitation: FromPath[str], access: NamedDependency[Access], control: NamedDependency[Control]
) -> Done:
    """Withdraw an invitation: its link opens nothing any more."""
    invitations.withdraw(control.file, access.project.number, invitation)
    return Done()


def _item(member: Membership) -> MemberItem:
    return MemberItem(
        user_id=member.user_id,
        email=member.email,
        name=member.name,
        role=member.role,
        joined_at=iso_of(member.joined_at),
    )


ROUTES = [
    Router(
        "/",
        route_handlers=[
            list_members,
            invite_member,
            change_member,
            remove_member,
            list_invitations,
            withdraw_invitation,
        ],
        tags=["Members"],
    )
]
