"""Judging, from the store: which windows ended since the last look, what they held, what fires of it.

How far a project has been judged stands in gosight.db, in the transaction that also writes what fired, what is told and
to whom: whatever ends the process in between, nothing is missed and nothing told twice.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from gosight.alerts import history, marks, messages, rules
from gosight.alerts.judge import judged
from gosight.alerts.metrics import Asked, Windows, read
from gosight.alerts.model import Firing, Rule, State, group_key, plain
from gosight.control import Directory, Project
from gosight.events import EventFiles
from gosight.kit import bus
from gosight.kit.clock import Clock
from gosight.kit.errors import GoSightError
from gosight.outbox import Message, deliveries
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

log = logging.getLogger("gosight.alerts")

AT_ONCE = 2
"""Projects that are judged at a time: half of the store's readers stay for people."""


class _Number(msgspec.Struct, frozen=True):
    number: int


class _Told(msgspec.Struct, frozen=True):
    rule: Rule
    firing: Firing


class Alerts:
    """Judges all projects with active rules; `look` is the job. `base`: the server's public address."""

    def __init__(
        self, file: ControlFile, files: EventFiles, directory: Directory, told: bus.Bus, clock: Clock, base: str
    ) -> None:
        self._file = file
        self._files = files
        self._directory = directory
        self._bus = told
        self._clock = clock
        self._base = base
        self._pool = ThreadPoolExecutor(AT_ONCE, "alerts")
        self._lock = threading.Lock()
        self._busy: set[int] = set()

    def look(self) -> None:
        """Begin to judge every project that is not being judged yet; one that is slow holds up no other."""
        now = self._clock()
        for number in self._watched():
            with self._lock:
                if number in self._busy:
                    continue
                self._busy.add(number)
            self._pool.submit(self._in_turn, number, now)

    def judge_all(self) -> None:
        """Judge every project now, and wait for it."""
        now = self._clock()
        for number in self._watched():
            self.judge(number, now)

    def close(self) -> None:
        """What is being judged is finished or fails; nothing begins any more."""
        self._pool.shutdown(cancel_futures=True)

    def _watched(self) -> list[int]:
        return [row.number for row in self._file.all(sql("alerts", "rules.active"), into=_Number)]

    def _in_turn(self, number: int, now: int) -> None:
        try:
            self.judge(number, now)
        except GoSightError as error:
            log.warning("project %d: alerts are judged later: %s (%s)", number, error.message, error.cause)
        except Exception:
            log.exception("project %d: judging alerts failed", number)
        finally:
            with self._lock:
                self._busy.discard(number)

    def judge(self, number: int, now: int) -> None:
        """Judge one project's windows that ended since the last look. What fails is judged with the next."""
        project = next((found for found in self._directory.projects() if found.number == number), None)
        last = marks.last_mark(now)
        if project is None:
            return
        found = self._file.first(sql("alerts", "progress.read"), {"project": number}, into=_Number)
        judged_at = 0 if found is None else found.number  # nothing is judged that ended before its rule was made
        if last < judged_at - marks.BACK:
            self._begin_anew(number, last)
        elif last > judged_at:
            active = [rule for rule in rules.of_project(self._file, number) if rule.is_active]
            if active:
                self._judge(project, active, judged_at, last)

    def _begin_anew(self, number: int, last: int) -> None:
        """The clock was ahead: what was noted of the future was now."""
        log.warning("project %d: the clock was set back; alerts are judged from now on", number)
        with self._file.write() as transaction:
            transaction.run(sql("alerts", "states.set_back"), {"project": number, "now": last})
            transaction.run(sql("alerts", "rules.set_back"), {"project": number, "now": last})
            transaction.run(sql("alerts", "progress.write"), {"project": number, "at": last})

    def _judge(self, project: Project, active: Sequence[Rule], judged_at: int, last: int) -> None:
        windows = self._windows(project.number, active, judged_at, last)
        before: dict[int, list[State]] = defaultdict(list)
        for state in rules.states(self._file, project.number):
            before[state.rule].append(state)
        told: list[_Told] = []
        with self._file.write() as transaction:
            for rule in active:
                if not _is_still(transaction, rule):
                    continue
                held = windows[Asked.of(rule.wanted)]
                firings = judged(
                    rule.wanted,
                    rule.cooldown,
                    {end: held[end] for end in marks.due(max(judged_at, rule.since), last, rule.wanted.span)},
                    before[rule.number],
                    since=rule.since,
                    judged_at=judged_at,
                )
                told.extend(_Told(rule, firing) for firing in firings if firing.history is None)
                self._write(transaction, project, rule, firings, last)
                cut = {"number": rule.number, "groups_cut": held[last].cut}
                transaction.run(sql("alerts", "rules.cut"), cut)
            transaction.run(sql("alerts", "progress.write"), {"project": project.number, "at": last})
        self._publish(project.number, told)

    def _windows(self, number: int, active: Sequence[Rule], judged_at: int, last: int) -> Mapping[Asked, Windows]:
        """Rules that ask the same of the store share the answer; all see the same moment."""
        wanted: dict[Asked, tuple[Rule, set[int]]] = {}
        for rule in active:
            ends = marks.due(max(judged_at, rule.since), last, rule.wanted.span)
            _, asked = wanted.setdefault(Asked.of(rule.wanted), (rule, {last}))
            asked.update(ends)
        with self._files.of(number).reading() as cursor:
            return {key: read(cursor, rule.wanted, sorted(ends)) for key, (rule, ends) in wanted.items()}

    def _write(
        self, transaction: Transaction, project: Project, rule: Rule, firings: Sequence[Firing], last: int
    ) -> None:
        """History, states and what channels are told, of one rule."""
        for firing in firings:
            if firing.history is None:
                number = history.add(transaction, rule, rule.wanted, firing)
            else:
                number = firing.history
                history.end(transaction, number, firing.resolved_at or last)
            row = {
                "rule": rule.number,
                "group_key": group_key(firing.group),
                "triggered_at": firing.triggered_at,
                "resolved_at": firing.resolved_at,
                "history": number,
            }
            transaction.run(sql("alerts", "states.set"), row)
        begun = [firing for firing in _latest(firings) if firing.history is None]
        if begun:
            triggered = {"number": rule.number, "at": max(firing.triggered_at for firing in begun)}
            transaction.run(sql("alerts", "rules.triggered"), triggered)
            self._tell(transaction, rule, messages.triggered(rule, project, self._base, begun), last)
        ended = [firing for firing in _latest(firings) if firing.resolved_at is not None and firing.history is not None]
        if ended and rule.notify_resolved:
            self._tell(transaction, rule, messages.resolved(rule, project, self._base, ended), last)
        old = {"rule": rule.number, "before": last - 2 * marks.LATE, "cooldown": rule.cooldown}
        transaction.run(sql("alerts", "states.forget"), old)

    def _tell(self, transaction: Transaction, rule: Rule, message: Message, now: int) -> None:
        for channel in rule.channel_ids:
            deliveries.enqueue(transaction, rule.project, channel, message, now)

    def test(self, project: Project, rule: Rule, now: int) -> list[str]:
        """Tell the rule's channels that this is a test; ids of the deliveries."""
        message = messages.test(rule, project, self._base, now)
        with self._file.write() as transaction:
            sent = [
                deliveries.enqueue(transaction, rule.project, channel, message, now) for channel in rule.channel_ids
            ]
        return [id_ for id_ in sent if id_ is not None]

    def _publish(self, number: int, told: Sequence[_Told]) -> None:
        for one in told:
            reading = one.firing.reading
            data = {
                "rule_id": one.rule.id,
                "rule_name": one.rule.name,
                "metric_value": plain(reading.value) if reading and reading.value is not None else None,
                "group": dict(one.firing.group),
            }
            self._bus.publish(number, bus.ALERTS, bus.Message("alert.triggered", data))


def _latest(firings: Sequence[Firing]) -> list[Firing]:
    """Of each group the last: of what came and went several times in a look, people are told once."""
    return list({firing.group: firing for firing in firings}.values())


def _is_still(transaction: Transaction, rule: Rule) -> bool:
    """Somebody may have changed or removed it while the store was read."""
    found = transaction.first(sql("alerts", "rules.revision"), {"number": rule.number}, into=_Number)
    return found is not None and found.number == rule.revision
