"""Who belongs to a project, how they get in, and how they leave."""

import pytest

from tests.world import PASSWORD, Person, World, error


def invite(person: Person, email: str, role: str) -> str:
    answer = person.post("/projects/shop/members", {"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["data"]["invite_url"]
    return url.rpartition("/")[2]


def roles(person: Person) -> dict[str, str]:
    return {m["email"].partition("@")[0]: m["role"] for m in person.get("/projects/shop/members").json()["data"]}


def test_members_are_listed_as_the_contract_says(owner: Person) -> None:
    assert owner.get("/projects/shop/members").json() == {
        "success": True,
        "data": [
            {
                "user_id": owner.id,
                "email": "olga@example.com",
                "name": "Olga",
                "role": "owner",
                "joined_at": "2026-11-22T12:00:00Z",
            }
        ],
    }


def test_an_invited_stranger_makes_an_account_and_is_in(world: World, owner: Person) -> None:
    answer = owner.post("/projects/shop/members", {"email": "Vera@Example.com", "role": "viewer"})
    made = answer.json()["data"]
    assert made["invite_url"].startswith("http://127.0.0.1:8000/app/invitations/")
    assert (made["email"], made["role"], made["expires_at"]) == (
        "vera@example.com",
        "viewer",
        "2026-11-25T12:00:00Z",
    )
    token = made["invite_url"].rpartition("/")[2]
    assert world.nobody.get(f"/invitations/{token}").json()["data"] == {
        "project": {"id": "shop", "name": "Shop"},
        "email": "vera@example.com",
        "role": "viewer",
        "has_account": False,
    }
    accepted = world.nobody.post(f"/invitations/{token}/accept", {"name": "Vera", "password": PASSWORD})
    assert accepted.status_code == 200
    vera = Person(world.client, {"Authorization": f"Bearer {accepted.json()['data']['access_token']}"})
    assert vera.get("/projects/shop").json()["data"]["role"] == "viewer"
    assert roles(owner) == {"olga": "owner", "vera": "viewer"}


def test_an_invited_member_accepts_with_the_password_they_have(world: World, owner: Person) -> None:
    world.member("mia")
    token = invite(owner, "mia@example.com", "member")
    assert world.nobody.get(f"/invitations/{token}").json()["data"]["has_account"] is True
    wrong = world.nobody.post(f"/invitations/{token}/accept", {"password": "wrong horse"})
    assert error(wrong)[:2] == (401, "UNAUTHORIZED")
    assert world.nobody.post(f"/invitations/{token}/accept", {"password": PASSWORD}).status_code == 200
    assert roles(owner)["mia"] == "member"


def test_a_link_works_once(world: World, owner: Person) -> None:
    token = invite(owner, "vera@example.com", "viewer")
    world.nobody.post(f"/invitations/{token}/accept", {"name": "Vera", "password": PASSWORD})
    assert world.nobody.get(f"/invitations/{token}").status_code == 404
    again = world.nobody.post(f"/invitations/{token}/accept", {"password": PASSWORD})
    assert error(again)[:2] == (404, "NOT_FOUND")


def test_a_link_ends_after_72_hours(world: World, owner: Person) -> None:
    token = invite(owner, "vera@example.com", "viewer")
    world.clock.forward(72 * 3600 - 1)
    assert world.nobody.get(f"/invitations/{token}").status_code == 200
    world.clock.forward(1)
    assert world.nobody.get(f"/invitations/{token}").status_code == 404


@pytest.mark.parametrize("token", ["x", "%00", "é", "x" * 3000, "..%2F..", "%F0%28%8C%28"])
def test_a_link_that_was_never_made_is_404(world: World, token: str) -> None:
    assert error(world.nobody.get(f"/invitations/{token}"))[:2] == (404, "NOT_FOUND")
    assert world.nobody.post(f"/invitations/{token}/accept", {"password": PASSWORD}).status_code == 404


def test_inviting_again_voids_the_link_before(world: World, owner: Person) -> None:
    first, second = invite(owner, "vera@example.com", "viewer"), invite(owner, "vera@example.com", "member")
    assert world.nobody.get(f"/invitations/{first}").status_code == 404
    assert world.nobody.get(f"/invitations/{second}").json()["data"]["role"] == "member"
    assert [i["role"] for i in owner.get("/projects/shop/invitations").json()["data"]] == ["member"]


def test_a_withdrawn_invitation_opens_nothing(world: World, owner: Person) -> None:
    token = invite(owner, "vera@example.com", "viewer")
    (open_,) = owner.get("/projects/shop/invitations").json()["data"]
    assert set(open_) == {"id", "email", "role", "created_at", "expires_at"}
    assert owner.delete(f"/projects/shop/invitations/{open_['id']}").json() == {"success": True}
    assert world.nobody.get(f"/invitations/{token}").status_code == 404
    assert owner.delete(f"/projects/shop/invitations/{open_['id']}").status_code == 404


def test_who_belongs_already_is_not_invited(owner: Person) -> None:
    answer = owner.post("/projects/shop/members", {"email": "OLGA@example.com", "role": "viewer"})
    assert error(answer)[:2] == (409, "CONFLICT")


@pytest.mark.parametrize(
    "wish",
    [
        {"email": "vera", "role": "viewer"},
        {"email": "vera@example.com"},
        {"email": "vera@example.com", "role": "king"},
        {"email": "vera@example.com", "role": None},
    ],
)
def test_an_invitation_that_is_not_right_is_400(owner: Person, wish: dict[str, object]) -> None:
    assert error(owner.post("/projects/shop/members", wish))[:2] == (400, "VALIDATION_ERROR")


def test_a_new_account_needs_a_name_and_a_password(world: World, owner: Person) -> None:
    token = invite(owner, "vera@example.com", "viewer")
    for body in ({"password": PASSWORD}, {"name": "Vera", "password": "short"}, {"name": "Vera"}):
        answer = world.nobody.post(f"/invitations/{token}/accept", body)
        assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert world.nobody.get(f"/invitations/{token}").status_code == 200


def test_a_changed_role_bites_at_once(world: World, owner: Person) -> None:
    mia = world.join(world.member("mia"), "shop", "admin")
    assert mia.get("/projects/shop/api-keys").status_code == 200
    answer = owner.patch(f"/projects/shop/members/{mia.id}", {"role": "viewer"})
    assert (answer.status_code, answer.json()["data"]["role"]) == (200, "viewer")
    assert error(mia.get("/projects/shop/api-keys"))[:2] == (403, "FORBIDDEN")


def test_a_removed_member_sees_the_project_no_more(world: World, owner: Person) -> None:
    mia = world.join(world.member("mia"), "shop", "member")
    assert owner.delete(f"/projects/shop/members/{mia.id}").json() == {"success": True}
    assert error(mia.get("/projects/shop"))[:2] == (404, "NOT_FOUND")


def test_the_last_owner_stays(owner: Person) -> None:
    assert error(owner.delete(f"/projects/shop/members/{owner.id}"))[:2] == (409, "CONFLICT")
    assert error(owner.patch(f"/projects/shop/members/{owner.id}", {"role": "admin"}))[:2] == (409, "CONFLICT")
    assert roles(owner) == {"olga": "owner"}


def test_with_a_second_owner_the_first_may_go(world: World, owner: Person) -> None:
    mia = world.join(world.member("mia"), "shop", "member")
    owner.patch(f"/projects/shop/members/{mia.id}", {"role": "owner"})
    assert owner.delete(f"/projects/shop/members/{owner.id}").status_code == 200
    assert roles(mia) == {"mia": "owner"}


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_anybody_but_the_last_owner_may_leave(world: World, owner: Person, role: str) -> None:
    mia = world.join(world.member("mia"), "shop", role)
    assert mia.delete(f"/projects/shop/members/{mia.id}").status_code == 200
    assert roles(owner) == {"olga": "owner"}


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_nobody_below_admin_removes_others(world: World, owner: Person, role: str) -> None:
    mia = world.join(world.member("mia"), "shop", role)
    assert error(mia.delete(f"/projects/shop/members/{owner.id}"))[:2] == (403, "FORBIDDEN")
    assert error(mia.patch(f"/projects/shop/members/{mia.id}", {"role": "owner"}))[:2] == (403, "FORBIDDEN")


def test_an_admin_neither_makes_nor_removes_owners(world: World, owner: Person) -> None:
    world.join(world.member("olaf"), "shop", "owner")
    ada = world.join(world.member("ada"), "shop", "admin")
    refused = [
        ada.post("/projects/shop/members", {"email": "new@example.com", "role": "owner"}),
        ada.patch(f"/projects/shop/members/{ada.id}", {"role": "owner"}),
        ada.patch(f"/projects/shop/members/{owner.id}", {"role": "viewer"}),
        ada.delete(f"/projects/shop/members/{owner.id}"),
    ]
    assert [error(answer)[:2] for answer in refused] == [(403, "FORBIDDEN")] * 4
    assert roles(owner) == {"olga": "owner", "olaf": "owner", "ada": "admin"}


def test_an_admin_makes_and_removes_everybody_else(world: World, owner: Person) -> None:
    ada, mia = (world.join(world.member(name), "shop", "admin") for name in ("ada", "mia"))
    assert ada.patch(f"/projects/shop/members/{mia.id}", {"role": "member"}).status_code == 200
    assert ada.delete(f"/projects/shop/members/{mia.id}").status_code == 200
    invite(ada, "new@example.com", "admin")


def test_whoever_does_not_belong_is_404(world: World, owner: Person) -> None:
    stranger = world.member("sam")
    assert owner.patch(f"/projects/shop/members/{stranger.id}", {"role": "viewer"}).status_code == 404
    assert owner.delete(f"/projects/shop/members/{stranger.id}").status_code == 404
    assert owner.delete("/projects/shop/members/nobody").status_code == 404
