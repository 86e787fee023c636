"""Rules: made, changed, paused, removed. What fires of a rule ends with every change of what it looks at."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from gosight.alerts import history
from gosight.alerts.model import Condition, Rule, State, group_of
from gosight.kit import ids
from gosight.kit.errors import Conflict, Forbidden, NotFound, field_error
from gosight.outbox import Channels, Kept
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

MAX_RULES = 200
"""Of a project."""
MAX_CHANNELS = 10
"""Of a rule."""
MAX_NAME, MAX_DESCRIPTION = 100, 1_000
MAX_COOLDOWN = 7 * 24 * 60
"""Minutes: a week."""
COOLDOWN = 30
"""Minutes, where a rule does not say."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as somebody wants it, looked at."""

    name: str
    description: str
    condition: Condition
    cooldown_mins: int
    notify_resolved: bool
    is_active: bool


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it was written. `secrets`: by channel id those of webhooks that were made with it, to be shown once."""

    rule: Rule
    secrets: dict[str, str]


class _Count(msgspec.Struct, frozen=True):
    total: int


class StateRow(msgspec.Struct, frozen=True):
    rule: int
    group_key: str
    triggered_at: int
    resolved_at: int | None
    history: int

    def state(self) -> State:
        return State(
            rule=self.rule,
            group=group_of(self.group_key),
            triggered_at=self.triggered_at,
            resolved_at=self.resolved_at,
            history=self.history,
        )


def checked(wish: Wish) -> Wish:
    """BadRequest names the field."""
    name = wish.name.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise field_error("name", f"1 to {MAX_NAME} characters in one line", wish.name)
    description = wish.description.strip()
    if len(description) > MAX_DESCRIPTION or any(not (c.isprintable() or c in "\n\t") for c in description):
        raise field_error("description", f"at most {MAX_DESCRIPTION} printable characters", wish.description)
    if not 0 <= wish.cooldown_mins <= MAX_COOLDOWN:
        raise field_error("cooldown_mins", f"minutes from 0 to {MAX_COOLDOWN}", wish.cooldown_mins)
    wish.condition.checked()
    return msgspec.structs.replace(wish, name=name, description=description)


def of_project(file: ControlFile, project: int) -> list[Rule]:
    return file.all(sql("alerts", "rules.of_project"), {"project": project}, into=Rule)


def states(file: ControlFile, project: int) -> list[State]:
    """Of all rules: what fires, and what did a short while ago."""
    rows = file.all(sql("alerts", "states.of_project"), {"project": project}, into=StateRow)
    return [row.state() for row in rows]


def one(file: ControlFile, project: int, id_: str) -> Rule:
    found = file.first(sql("alerts", "rules.one"), {"project": project, "id": id_}, into=Rule)
    if found is None:
        raise _no_such(id_)
    return found


def create(
    file: ControlFile,
    channels: Channels,
    project: int,
    wish: Wish,
    raw: Sequence[Any],
    *,
    may_add: bool,
    now: int,
) -> Made:
    """A new rule; windows that end after `now` are judged. `may_add`: channels that are not there yet are made."""
    wish = checked(wish)
    with file.write() as transaction:
        count = transaction.first(sql("alerts", "rules.count"), {"project": project}, into=_Count)
        if count is not None and count.total >= MAX_RULES:
            raise Conflict(f"a project has at most {MAX_RULES} rules: remove one that is not needed any more")
        kept = _kept(transaction, channels, project, raw, may_add=may_add, now=now)
        row = {
            "id": ids.new("alert"),
            "project": project,
            "channels": _ids(kept),
            "now": now,
            **msgspec.structs.asdict(wish),
        }
        transaction.run(sql("alerts", "rules.add"), row)
        return Made(rule=_get(transaction, project, str(row["id"])), secrets=_new_secrets(kept))


def change(
    file: ControlFile,
    channels: Channels,
    project: int,
    id_: str,
    changed: Callable[[Rule], Wish],
    raw: Sequence[Any] | None,
    *,
    may_add: bool,
    now: int,
) -> Made:
    """Another condition begins anew, as does what was paused; what fires is over where either is changed."""
    with file.write() as transaction:
        rule = _get(transaction, project, id_)
        wish = checked(changed(rule))
        is_other = wish.condition != rule.wanted
        is_anew = is_other or wish.is_active != rule.is_active
        if is_anew:
            history.end_rule(transaction, rule, now, "changed" if is_other else "paused")
        kept = [] if raw is None else _kept(transaction, channels, project, raw, may_add=may_add, now=now)
        row = {
            "number": rule.number,
            "channels": rule.channels if raw is None else msgspec.json.encode(_ids(kept)).decode(),
            "since": now if is_anew else rule.since,
            "revision": rule.revision + is_anew,
            "groups_cut": 0 if is_anew else rule.groups_cut,
            **msgspec.structs.asdict(wish),
        }
        transaction.run(sql("alerts", "rules.change"), row)
        return Made(rule=_get(transaction, project, id_), secrets=_new_secrets(kept))


def remove(file: ControlFile, project: int, id_: str, now: int) -> None:
    """Its history stays."""
    with file.write() as transaction:
        rule = _get(transaction, project, id_)
        history.end_rule(transaction, rule, now, "deleted")
        transaction.run(sql("alerts", "rules.remove"), {"number": rule.number})


def _kept(
    transaction: Transaction, channels: Channels, project: int, raw: Sequence[Any], *, may_add: bool, now: int
) -> list[Kept]:
    if len(raw) > MAX_CHANNELS:
        raise field_error("channels", f"at most {MAX_CHANNELS}", f"{len(raw)} of them")
    found: list[Kept] = []
    for index, given in enumerate(raw):
        channel = channels.checked(given, f"channels[{index}]")
        kept = channels.put(transaction, project, channel, now)
        if not may_add and (kept.is_new or (channel.id is None and (channel.secret or channel.name))):
            raise Forbidden(
                f"channels[{index}]: a new channel needs channels.write; name one that is there by its id",
            )
        found.append(kept)
    return found


def _ids(kept: Sequence[Kept]) -> list[str]:
    return list(dict.fromkeys(channel.id for channel in kept))


def _new_secrets(kept: Sequence[Kept]) -> dict[str, str]:
    return {channel.id: channel.new_secret for channel in kept if channel.new_secret is not None}


def _get(transaction: Transaction, project: int, id_: str) -> Rule:
    found = transaction.first(sql("alerts", "rules.one"), {"project": project, "id": id_}, into=Rule)
    if found is None:
        raise _no_such(id_)
    return found


def _no_such(id_: str) -> NotFound:
    return NotFound(f"this project has no alert rule {id_[:64]!r}")
