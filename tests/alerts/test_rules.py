"""Rules over HTTP: the contract's fields, who may what, and every kind of bad input by the name of its field."""

from typing import Any

import pytest

from gosight.alerts import rules
from tests.alerts.watched import HOOK, Watched, condition
from tests.world import Person, error

BOT = {"type": "telegram", "chat_id": "-123456789"}


def test_a_rule_has_the_contracts_fields(shop: Watched) -> None:
    made = shop.rule(
        name="Error Spike Alert",
        description="Alert when JS errors spike",
        condition=condition("js_errors", ">", 50, "10m", group_by=["path"]),
        channels=[BOT],
        cooldown_mins=30,
    )
    assert made["id"].startswith("alert_")
    (channel,) = made["channels"]
    assert (channel["type"], channel["chat_id"]) == ("telegram", "-123456789")
    assert made | {"id": "", "channels": []} == {
        "id": "",
        "name": "Error Spike Alert",
        "description": "Alert when JS errors spike",
        "condition": condition("js_errors", ">", 50, "10m", group_by=["path"]),
        "channels": [],
        "is_active": True,
        "cooldown_mins": 30,
        "notify_resolved": True,
        "last_triggered": None,
        "state": "quiet",
        "firing": [],
        "groups_cut": 0,
        "created_at": "2026-11-22T12:00:00Z",
    }
    assert shop.rules() == [made] == [shop.owner.get(f"/projects/shop/alerts/{made['id']}").json()["data"]]


def test_a_rule_can_be_changed_in_part_paused_and_removed(shop: Watched) -> None:
    made = shop.rule(channels=[HOOK])
    del made["secrets"]
    address = f"/projects/shop/alerts/{made['id']}"
    changed = shop.owner.patch(address, {"is_active": False, "description": "Off for a while"}).json()["data"]
    assert changed == made | {"is_active": False, "state": "paused", "description": "Off for a while"}
    other = shop.owner.patch(address, {"channels": [], "condition": condition("users", "<=", 0)}).json()["data"]
    assert (other["channels"], other["condition"]["metric"]) == ([], "users")
    assert shop.owner.delete(address).json() == {"success": True}
    assert shop.rules() == []
    for answer in (shop.owner.get(address), shop.owner.patch(address, {}), shop.owner.delete(address)):
        assert error(answer)[:2] == (404, "NOT_FOUND")


def test_the_secret_of_a_webhook_that_is_made_with_a_rule_is_shown_once(shop: Watched) -> None:
    made = shop.rule(channels=[HOOK])
    (channel,) = made["channels"]
    assert made["secrets"][channel["id"]].startswith("whsec_")
    assert "secrets" not in shop.rules()[0]
    address = f"/projects/shop/alerts/{made['id']}"
    again = shop.owner.patch(address, {"channels": [HOOK]}).json()["data"]
    assert "secrets" not in again
    other = HOOK | {"url": HOOK["url"] + "/other"}
    added = shop.owner.patch(address, {"channels": [HOOK, other]}).json()["data"]
    assert list(added["secrets"]) == [added["channels"][1]["id"]]
    assert added["secrets"] != made["secrets"]


BAD: dict[str, tuple[Any, str]] = {
    "unknown metric": ({"condition": condition("clicks")}, "condition.metric"),
    "an event without a name": ({"condition": condition("event:")}, "condition.metric"),
    "an event's name too long": ({"condition": condition("event:" + "x" * 101)}, "condition.metric"),
    "no metric": ({"condition": {"operator": ">", "threshold": 1, "window": "5m"}}, "condition.metric"),
    "unknown operator": ({"condition": condition(operator="==")}, "condition.operator"),
    "threshold that is no number": ({"condition": condition(threshold="ten")}, "condition.threshold"),
    "threshold true": ({"condition": condition(threshold=True)}, "condition.threshold"),
    "threshold too large": ({"condition": condition(threshold=1e300)}, "condition.threshold"),
    "window 0m": ({"condition": condition(window="0m")}, "condition.window"),
    "window of seconds": ({"condition": condition(window="30s")}, "condition.window"),
    "window too long": ({"condition": condition(window="8d")}, "condition.window"),
    "window of other digits": ({"condition": condition(window="٥m")}, "condition.window"),
    "window that is a number": ({"condition": condition(window=5)}, "condition.window"),
    "unknown comparison": ({"condition": condition(compare="year_before")}, "condition.compare"),
    "unknown group": ({"condition": condition(group_by=["city"])}, "condition.group_by[0]"),
    "a group twice": ({"condition": condition(group_by=["path", "path"])}, "condition.group_by"),
    "unknown key of a condition": ({"condition": condition(thresold=1)}, "condition.thresold"),
    "unknown key": ({"colour": "red"}, "colour"),
    "no name": ({"name": " "}, "name"),
    "a name of two lines": ({"name": "a\nb"}, "name"),
    "a name too long": ({"name": "x" * 101}, "name"),
    "a description too long": ({"description": "x" * 1001}, "description"),
    "a cooldown below nothing": ({"cooldown_mins": -1}, "cooldown_mins"),
    "a cooldown of a year": ({"cooldown_mins": 525_600}, "cooldown_mins"),
    "a cooldown of halves": ({"cooldown_mins": 1.5}, "cooldown_mins"),
    "channels that are none": ({"channels": "telegram"}, "channels"),
    "a channel that is none": ({"channels": [7]}, "channels[0]"),
    "a channel without its address": ({"channels": [BOT, {"type": "telegram"}]}, "channels[1].chat_id"),
    "a channel of no type": ({"channels": [{"type": "pigeon"}]}, "channels[0].type"),
    "a channel that is not there": ({"channels": [{"id": "chan_nothing"}]}, "channels[0].id"),
    "too many channels": ({"channels": [BOT] * 11}, "channels"),
    "active as text": ({"is_active": "yes"}, "is_active"),
}


def test_bad_rules_are_refused_by_the_name_of_their_field(shop: Watched) -> None:
    id_ = shop.rule()["id"]
    whole = {"name": "Errors", "condition": condition()}
    for what, (part, field) in BAD.items():
        created = shop.owner.post("/projects/shop/alerts", whole | part)
        changed = shop.owner.patch(f"/projects/shop/alerts/{id_}", part)
        for answer in (created, changed):
            status, code, message = error(answer)
            assert (status, code) == (400, "VALIDATION_ERROR"), what
            assert answer.json()["error"]["details"]["field"] == field, what
            assert message.startswith(field), what
        if "condition" in part:
            previewed = shop.owner.post("/projects/shop/alerts/preview", part)
            assert previewed.json()["error"]["details"]["field"] == field, what
    assert len(shop.rules()) == 1


@pytest.mark.parametrize("text", ['{"name":', '{"threshold": NaN}', "[]", "null", '"x"', "\ud800"], ids=repr)
def test_a_body_that_is_no_rule(shop: Watched, text: str) -> None:
    for path in ("", "/preview"):
        content = text.encode("utf-8", "surrogatepass")
        assert error(shop.owner.post(f"/projects/shop/alerts{path}", content=content))[:2] == (400, "VALIDATION_ERROR")


def test_a_threshold_that_is_not_a_number_in_json(shop: Watched) -> None:
    for value in ("NaN", "Infinity", "1e999"):
        wanted = f'"metric": "users", "operator": ">", "window": "5m", "threshold": {value}'
        body = f'{{"name": "x", "condition": {{{wanted}}}}}'
        assert error(shop.owner.post("/projects/shop/alerts", content=body.encode()))[:2] == (400, "VALIDATION_ERROR")


def test_there_are_at_most_so_many_rules(shop: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_RULES", 2)
    shop.rule()
    shop.rule()
    again = shop.owner.post("/projects/shop/alerts", {"name": "x", "condition": condition()})
    assert error(again)[:2] == (409, "CONFLICT")


def test_a_viewer_sees_rules_but_no_addresses(shop: Watched) -> None:
    id_ = shop.rule(channels=[BOT])["id"]
    viewer = shop.world.join(shop.world.member("vera"), "shop", "viewer")
    for answer in (viewer.get("/projects/shop/alerts"), viewer.get(f"/projects/shop/alerts/{id_}")):
        assert answer.status_code == 200
        assert "-123456789" not in answer.text
        assert '"channels":null' in answer.text


def test_a_member_names_channels_that_are_there_and_adds_none(shop: Watched) -> None:
    known = shop.rule(channels=[BOT])["channels"][0]["id"]
    member = shop.world.join(shop.world.member("mia"), "shop", "member")
    rule = {"name": "Mine", "condition": condition()}
    for channel in ({"id": known}, BOT):
        answer = member.post("/projects/shop/alerts", rule | {"channels": [channel]})
        assert [found["id"] for found in answer.json()["data"]["channels"]] == [known]
    for channel in (HOOK, BOT | {"name": "Mine"}, BOT | {"bot_token": "1234567:" + "x" * 35}):
        assert error(member.post("/projects/shop/alerts", rule | {"channels": [channel]}))[:2] == (403, "FORBIDDEN")
    assert len(shop.rules()) == 3, "nothing half-made"


def test_a_key_that_reads_changes_nothing(shop: Watched) -> None:
    id_ = shop.rule()["id"]
    script = shop.world.key(shop.owner, "shop", "read")
    assert script.get("/projects/shop/alerts").status_code == 200
    assert script.post("/projects/shop/alerts/preview", {"condition": condition()}).status_code == 200
    for answer in (
        script.post("/projects/shop/alerts", {"name": "x", "condition": condition()}),
        script.patch(f"/projects/shop/alerts/{id_}", {}),
        script.delete(f"/projects/shop/alerts/{id_}"),
        script.post(f"/projects/shop/alerts/{id_}/test"),
    ):
        assert error(answer)[:2] == (403, "FORBIDDEN")


def test_a_rule_of_another_project_is_not_there(shop: Watched) -> None:
    id_ = shop.rule()["id"]
    shop.fail(3)
    shop.look()
    shop.world.project(shop.owner, id_="blog")
    for answer in (
        shop.owner.get(f"/projects/blog/alerts/{id_}"),
        shop.owner.patch(f"/projects/blog/alerts/{id_}", {}),
        shop.owner.delete(f"/projects/blog/alerts/{id_}"),
        shop.owner.post(f"/projects/blog/alerts/{id_}/test"),
    ):
        assert error(answer)[:2] == (404, "NOT_FOUND")
    assert shop.owner.get("/projects/blog/alerts").json()["data"] == []
    assert shop.owner.get("/projects/blog/alerts/history").json()["data"] == []
    known = shop.rule(channels=[BOT])["channels"][0]["id"]
    theirs = {"name": "x", "condition": condition(), "channels": [{"id": known}]}
    assert error(shop.owner.post("/projects/blog/alerts", theirs))[:2] == (400, "VALIDATION_ERROR")


def test_history_has_pages_and_can_be_asked_for_a_rule(shop: Watched) -> None:
    first = shop.rule(condition=condition(window="1m"), cooldown_mins=0)
    shop.rule(name="Quiet", condition=condition(threshold=100))
    for _ in range(3):
        shop.fail(3)
        shop.look()
        shop.look(120)
    answer = shop.owner.get("/projects/shop/alerts/history?per_page=2&page=2").json()
    assert answer["meta"] == {"page": 2, "per_page": 2, "total": 3, "total_pages": 2}
    assert [row["triggered_at"] for row in answer["data"]] == ["2026-11-22T12:00:30Z"]
    assert len(shop.history(rule_id=first["id"])) == 3
    assert shop.history(rule_id="alert_nothing") == shop.history(firing=True) == []
    assert len(shop.history(firing=False)) == 3
    names = shop.owner.get("/projects/shop/alerts/history/rules").json()["data"]
    assert names == [{"id": first["id"], "name": "Errors"}]
    for query in ("page=0", "per_page=101", "firing=perhaps"):
        assert error(shop.owner.get(f"/projects/shop/alerts/history?{query}"))[:2] == (400, "VALIDATION_ERROR")


def test_what_is_kept_of_history_is_bounded(shop: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gosight.alerts.history.MAX_KEPT", 2)
    shop.rule(condition=condition(window="1m"), cooldown_mins=0)
    for _ in range(4):
        shop.fail(3)
        shop.look()
        shop.look(120)
    assert len(shop.history()) == 2


def preview(asked: Person, **given: Any) -> Any:
    answer = asked.post("/projects/shop/alerts/preview", {"condition": condition(**given)})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_preview_says_when_a_rule_would_have_fired(shop: Watched) -> None:
    shop.fail(3, ago=3 * 86_400)
    shop.fail(5, ago=86_400, session="s2")
    found = preview(shop.owner)
    assert found["times"] == 2
    assert [(one["triggered_at"], one["metric_value"], one["affected_sessions"]) for one in found["firings"]] == [
        ("2026-11-19T12:00:30Z", 3, 1),
        ("2026-11-21T12:00:30Z", 5, 1),
    ]
    assert (found["since"], found["until"]) == ("2026-11-15T12:00:00Z", "2026-11-22T12:00:00Z")
    assert found["step_seconds"] == 30
    assert len(found["series"]) == 336
    assert max(point["value"] for point in found["series"]) == 5
    assert shop.history() == []


@pytest.mark.parametrize("window", ["1m", "2h", "7d"])
def test_a_preview_with_groups_and_a_comparison(shop: Watched, window: str) -> None:
    shop.fail(3, ago=3_600)
    shop.fail(1, ago=90_000, path="/cart", session="s2")
    assert preview(shop.owner, threshold=1, window=window, group_by=["path"])["times"] == 1
    assert preview(shop.owner, threshold=1, window=window, compare="week_before")["times"] == 0
    assert {point["value"] for point in preview(shop.owner, metric="bounce_rate", window="1m")["series"]} <= {None, 0}


def test_a_preview_fires_when_the_rule_itself_would(shop: Watched) -> None:
    wanted = condition(window="2m")
    shop.rule(condition=wanted, cooldown_mins=30)
    for seconds in (100, 900, 4_000, 4_400):
        shop.outage(seconds)
    shop.look(7_200)
    shop.owner = shop.world.sign_in(shop.owner.id, shop.owner.email)
    firings = preview(shop.owner, window="2m")["firings"]
    real = [(row["triggered_at"], row["resolved_at"]) for row in reversed(shop.history())]
    assert [(one["triggered_at"], one["resolved_at"]) for one in firings] == real
    assert len(real) == 2
