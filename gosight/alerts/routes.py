"""HTTP face of alerts: parse, call, reply."""

from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from gosight.alerts import answers, history, preview, rules
from gosight.alerts.answers import AlertRule, HistoryItem, Preview, RuleName, Tested, WrittenRule
from gosight.alerts.evaluate import Alerts
from gosight.alerts.model import Condition, Rule
from gosight.alerts.rules import COOLDOWN, MAX_COOLDOWN, Made, Wish
from gosight.control import Access, Control
from gosight.events import EventFile
from gosight.kit.access import Permission, needs
from gosight.kit.clock import MINUTE, Clock
from gosight.kit.errors import Conflict, field_error
from gosight.kit.wire.envelopes import Done, ListReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.kit.wire.paths import segment
from gosight.outbox import Channels

PROJECT = "/api/v1/projects/{project:str}"
WRITE = needs(Permission.alerts_write)

GivenChannels = Annotated[
    list[dict[str, Any]], Meta(description="Each with the id of one that is there, or a type and its address")
]


class RuleWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`cooldown_mins`: so long after it fired a rule (each of its groups) does not fire again. `notify_resolved`: tell
    the channels when it is over, too. Channels: up to 10, each `{"id": "chan_…"}` or with `type` and its address."""

    name: str
    description: str = ""
    condition: Condition
    channels: GivenChannels = []
    cooldown_mins: int = COOLDOWN
    notify_resolved: bool = True
    is_active: bool = True


class RuleChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays. Another condition ends what fires and begins anew; `is_active` false pauses."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    condition: Condition | msgspec.UnsetType = msgspec.UNSET
    channels: GivenChannels | msgspec.UnsetType = msgspec.UNSET
    cooldown_mins: int | msgspec.UnsetType = msgspec.UNSET
    notify_resolved: bool | msgspec.UnsetType = msgspec.UNSET
    is_active: bool | msgspec.UnsetType = msgspec.UNSET

    def of(self, rule: Rule) -> Wish:
        given = {name: value for name in Wish.__struct_fields__ if (value := getattr(self, name)) is not msgspec.UNSET}
        before = {name: getattr(rule, name) for name in Wish.__struct_fields__ if name != "condition"}
        return Wish(**({"condition": rule.wanted} | before | given))


class PreviewWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    condition: Condition
    cooldown_mins: int = COOLDOWN


@get(f"{PROJECT}/alerts", sync_to_thread=True)
def list_alerts(
    access: NamedDependency[Access], control: NamedDependency[Control], channels: NamedDependency[Channels]
) -> Reply[list[AlertRule]]:
    """The project's rules, oldest first, and what fires now."""
    found = rules.of_project(control.file, access.project.number)
    states = rules.states(control.file, access.project.number)
    shown = _channels(access, channels, found)
    return Reply(data=[answers.rule_item(rule, states, shown) for rule in found])


@post(f"{PROJECT}/alerts", opt=WRITE, sync_to_thread=True)
def create_alert(
    data: JSONBody[RuleWish],
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    channels: NamedDependency[Channels],
    clock: NamedDependency[Clock],
) -> Reply[WrittenRule]:
    """A new rule. It is judged every 30 seconds from now on."""
    wish = Wish(**{name: getattr(data, name) for name in Wish.__struct_fields__})
    made = rules.create(
        control.file, channels, access.project.number, wish, data.channels, may_add=_may_add(access), now=clock()
    )
    return Reply(data=_written(access, control, channels, made))


@get(f"{PROJECT}/alerts/history", dependencies=PAGING, sync_to_thread=True)
def list_history(
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    paging: NamedDependency[Page],
    rule_id: FromQuery[str | None] = None,
    firing: FromQuery[bool | None] = None,
) -> ListReply[HistoryItem]:
    """What fired, the latest first, also of rules that are gone; the latest 10,000 are kept. `firing` chooses what
    still fires, or what is over."""
    found, total = history.listed(
        control.file,
        access.project.number,
        rule_id=rule_id or None,
        fires=firing,
        page=paging.page,
        per_page=paging.per_page,
    )
    return ListReply(
        data=[answers.history_item(past) for past in found], meta=meta(paging.page, paging.per_page, total)
    )


@get(f"{PROJECT}/alerts/history/rules", sync_to_thread=True)
def list_history_rules(access: NamedDependency[Access], control: NamedDependency[Control]) -> Reply[list[RuleName]]:
    """Rules that have fired, also those that are gone: what the history can be asked for."""
    return Reply(data=[answers.rule_name(rule) for rule in history.rules(control.file, access.project.number)])


@post(f"{PROJECT}/alerts/preview", status_code=200, sync_to_thread=True)
def preview_alert(
    data: JSONBody[PreviewWish], file: NamedDependency[EventFile], clock: NamedDependency[Clock]
) -> Reply[Preview]:
    """When a rule with this condition would have fired in the last 7 days, and how its metric went."""
    if not 0 <= data.cooldown_mins <= MAX_COOLDOWN:
        raise field_error("cooldown_mins", f"minutes from 0 to {MAX_COOLDOWN}", data.cooldown_mins)
    condition = data.condition.checked()
    return Reply(data=answers.preview(preview.course(file, condition, data.cooldown_mins * MINUTE, clock())))


@get(f"{PROJECT}/alerts/{{alert:str}}", sync_to_thread=True)
def show_alert(
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    channels: NamedDependency[Channels],
    alert: FromPath[str],
) -> Reply[AlertRule]:
    """One rule."""
    rule = rules.one(control.file, access.project.number, segment(alert))
    return Reply(data=_item(access, control, channels, rule))


@patch(f"{PROJECT}/alerts/{{alert:str}}", opt=WRITE, sync_to_thread=True)
def change_alert(
    data: JSONBody[RuleChange],
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    channels: NamedDependency[Channels],
    clock: NamedDependency[Clock],
    alert: FromPath[str],
) -> Reply[WrittenRule]:
    """Change a rule, pause it, let it go on."""
    raw = None if data.channels is msgspec.UNSET else data.channels
    made = rules.change(
        control.file,
        channels,
        access.project.number,
        segment(alert),
        data.of,
        raw,
        may_add=_may_add(access),
        now=clock(),
    )
    return Reply(data=_written(access, control, channels, made))


@delete(f"{PROJECT}/alerts/{{alert:str}}", opt=WRITE, status_code=200, sync_to_thread=True)
def remove_alert(
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    clock: NamedDependency[Clock],
    alert: FromPath[str],
) -> Done:
    """Remove a rule. What it has told stays in the history."""
    rules.remove(control.file, access.project.number, segment(alert), clock())
    return Done()


@post(f"{PROJECT}/alerts/{{alert:str}}/test", opt=WRITE, status_code=200, sync_to_thread=True)
def test_alert(
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    alerts: NamedDependency[Alerts],
    clock: NamedDependency[Clock],
    alert: FromPath[str],
) -> Reply[Tested]:
    """Send a message that says it is a test to the rule's channels. It stands in no history."""
    rule = rules.one(control.file, access.project.number, segment(alert))
    sent = alerts.test(access.project, rule, clock())
    if not sent:
        raise Conflict("this rule has no channel that a test could go to: add one first")
    return Reply(data=Tested(deliveries=sent))


def _item(access: Access, control: Control, channels: Channels, rule: Rule) -> AlertRule:
    states = rules.states(control.file, access.project.number)
    return answers.rule_item(rule, states, _channels(access, channels, [rule]))


def _written(access: Access, control: Control, channels: Channels, made: Made) -> WrittenRule:
    item = _item(access, control, channels, made.rule)
    return WrittenRule(
        **{name: getattr(item, name) for name in AlertRule.__struct_fields__}, secrets=made.secrets or None
    )


def _channels(access: Access, channels: Channels, of: list[Rule]) -> dict[str, Any] | None:
    """Addresses are for those who may see channels."""
    if not access.grant.may(Permission.channels_read):
        return None
    return channels.by_ids(access.project.number, list({id_ for rule in of for id_ in rule.channel_ids}))


def _may_add(access: Access) -> bool:
    return access.grant.may(Permission.channels_write)


ROUTES = [
    Router(
        "/",
        route_handlers=[
            list_alerts,
            create_alert,
            list_history,
            list_history_rules,
            preview_alert,
            show_alert,
            change_alert,
            remove_alert,
            test_alert,
        ],
        tags=["Alerts"],
        opt=needs(Permission.analytics_read),
    )
]
