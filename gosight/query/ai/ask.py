"""A question in, an answer out: a plan (SQL and what it means), the rows, and what they say."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Literal

import msgspec
from anyio import to_thread

from gosight.control import Project
from gosight.events import EventFile
from gosight.kit.clock import DAY, HOUR, MINUTE, Clock, iso_of
from gosight.kit.errors import BadRequest, GoSightError, Unavailable
from gosight.kit.limits import PerHour
from gosight.kit.llm import Model, ModelFailed, Said
from gosight.kit.meters import Meters
from gosight.query.ai import catalogue, facts, prompt
from gosight.query.ai.cache import Cache
from gosight.query.ai.catalogue import telling
from gosight.query.ai.personal import masked
from gosight.query.ai.reply import Declined, Plan, Unreadable, plan, shortened
from gosight.query.answers import objects
from gosight.query.model import MissingCustomerFilter, QueryRefused
from gosight.query.queries import Queries

log = logging.getLogger("gosight.query")

MENDED = 2
"""So often a model hears what is wrong with its query, and may mend it."""
MAX_ANSWER = 2_000
"""Characters of insights."""
KEEP_ANSWER, KEEP_PLAN, KEEP_FACTS = 3 * MINUTE, 6 * HOUR, 10 * MINUTE
ANSWERS_BYTES, PLANS_BYTES, FACTS_BYTES = 2 * 1024 * 1024, 1024 * 1024, 1024 * 1024
"""Of the JSON; in memory rows are some five times as large."""
AT_ONCE = 16
"""Questions that are being answered at the same time: each may wait for a model for minutes."""
Row = dict[str, Any]
Key = tuple[int, str]

NOT_CONFIGURED = (
    "AI features unavailable: set [ai] provider, model and key (or the base_url of a server of your own) in"
    " gosight.toml to have any question answered. Without them GoSight understands questions such as those in"
    " details.examples"
)
EXAMPLES = (
    "Show me the top 10 pages by views today",
    "What are the most common events in the last hour?",
    "Compare page views today vs yesterday",
    "Which pages have the highest bounce rate?",
    "Show me conversion funnel for signup process",
    "Find users who abandoned cart after viewing pricing 3+ times",
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Contract 2's answer. `data` and `insights` are null where nothing was to be run."""

    success: bool = True
    sql: str
    explanation: str
    insights: str | None
    related_queries: list[str]
    data: list[Row] | None
    execution_time_ms: float
    """From the question to the answer, a model's time included."""
    source: Literal["model", "catalogue"]
    cached: bool
    """The SQL came from memory, and where they are younger than 3 minutes the rows as well."""
    truncated: bool
    """There are more rows than `data` has."""


class _Found(msgspec.Struct, frozen=True):
    """How to answer a question; `tell` None: a model says what the rows mean."""

    plan: Plan
    tell: telling.Tell | None

    @property
    def source(self) -> Literal["model", "catalogue"]:
        return "model" if self.tell is None else "catalogue"


class _Rows(msgspec.Struct, frozen=True):
    rows: list[Row]
    truncated: bool


class Asking:
    """`model` None: the catalogue alone answers. `events_of` gives a project's file by its number."""

    def __init__(
        self,
        queries: Queries,
        events_of: Callable[[int], EventFile],
        model: Model | None,
        clock: Clock,
        meters: Meters,
        *,
        per_hour: int,
    ) -> None:
        self._queries = queries
        self._events_of = events_of
        self._model = model
        self._clock = clock
        self._meters = meters
        self._limit = PerHour(per_hour, clock)
        self._answers: Cache[Key, Answer] = Cache(clock, keep=KEEP_ANSWER, most_bytes=ANSWERS_BYTES, size=_size)
        self._plans: Cache[Key, _Found] = Cache(
            clock, keep=KEEP_PLAN, most_bytes=PLANS_BYTES, size=lambda found: _size(found.plan)
        )
        self._facts: Cache[int, dict[str, Any]] = Cache(clock, keep=KEEP_FACTS, most_bytes=FACTS_BYTES, size=_size)
        self._schema = ""
        self._asking = 0
        self._waiting: set[asyncio.Task[str]] = set()
        self._is_stopping = False

    async def answer(self, project: Project, question: str, *, execute: bool) -> Answer:
        """Raises Unavailable where nobody can answer, RateLimited, and BadRequest where the question has no answer."""
        began, source = time.perf_counter(), "failed"
        try:
            answer = await self._answer(project, question, began, execute=execute)
            source = "cache" if answer.cached else answer.source
        finally:
            self._meters.question(project.id, source, time.perf_counter() - began)
        return answer

    async def _answer(self, project: Project, question: str, began: float, *, execute: bool) -> Answer:
        key = self._key(project, question)
        held = self._answers.get(key) if execute else None
        if held is not None:
            return msgspec.structs.replace(held, cached=True, execution_time_ms=_since(began))
        with self._one_of_few():
            answer = await self._fresh(project, question, key, execute=execute)
        answer = msgspec.structs.replace(answer, execution_time_ms=_since(began))
        if execute:
            self._answers.put(key, answer)
        return answer

    def _key(self, project: Project, question: str) -> Key:
        """A plan holds for a day: a model may have written a date, whatever it was told."""
        self._schema = self._schema or _fingerprint(self._queries)
        asked = " ".join(question.split()).casefold().rstrip("?!. ")
        return project.number, f"{self._clock() // DAY} {self._schema} {asked}"

    @contextmanager
    def _one_of_few(self) -> Iterator[None]:
        if self._asking >= AT_ONCE:
            raise Unavailable("too many questions are being answered just now; try again in a moment", retry_after=5)
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1

    async def _fresh(self, project: Project, question: str, key: Key, *, execute: bool) -> Answer:
        known = self._plans.get(key)
        if known is not None:
            try:
                rows = await self._rows(project, known.plan.sql) if execute else None
            except (QueryRefused, MissingCustomerFilter):
                self._plans.drop(key)
            else:
                return await self._told(project, question, known, rows, is_known=True)
        understood = catalogue.understand(question, project.id)
        if self._model is None and understood is None:
            raise Unavailable(NOT_CONFIGURED, details={"examples": list(EXAMPLES)})
        self._limit.take(str(project.number)).held("questions", "an hour")
        try:
            found, rows = await self._planned(project, question, understood, execute=execute)
        except Unavailable:
            self._limit.give_back(str(project.number))
            raise
        if found.source == "model" or self._model is None:  # else the model is away for a while, not for the day
            self._plans.put(key, found)
        return await self._told(project, question, found, rows, is_known=False)

    async def _planned(
        self, project: Project, question: str, understood: catalogue.Understood | None, *, execute: bool
    ) -> tuple[_Found, _Rows | None]:
        """A model knows more than the catalogue; where it cannot be reached, the catalogue knows what it knows."""
        if self._model is not None:
            try:
                return await self._by_model(self._model, project, question, execute=execute)
            except ModelFailed as problem:
                log.warning("a question was not answered by the model: %s (%s)", problem.message, problem.cause)
                if understood is None:
                    raise _unavailable(problem) from None
        assert understood is not None
        found = _Found(understood.plan, understood.tell)
        if not execute:
            await to_thread.run_sync(self._queries.check, project, found.plan.sql)
            return found, None
        return found, await self._rows(project, found.plan.sql)

    async def _by_model(
        self, model: Model, project: Project, question: str, *, execute: bool
    ) -> tuple[_Found, _Rows | None]:
        known = await to_thread.run_sync(self._facts_of, project)
        rules = prompt.system(project.id, self._queries.tables(), self._queries.functions())
        turns = [Said("user", prompt.question(question, known, iso_of(self._clock())))]
        refusal, written = "", ""
        for _ in range(1 + MENDED):
            said = await self._said(model, rules, turns)
            try:
                read = plan(said)
                if isinstance(read, Declined):
                    raise _no_answer(f"the question cannot be answered from this data: {read.reason}")
                written = read.sql
                await to_thread.run_sync(self._queries.check, project, read.sql)
                rows = await self._rows(project, read.sql) if execute else None
                return _Found(read, None), rows
            except (Unreadable, QueryRefused, MissingCustomerFilter) as problem:
                refusal = problem.message if isinstance(problem, GoSightError) else str(problem)
            turns += [Said("assistant", said.strip() or "(nothing)"), Said("user", prompt.mend(refusal))]
        raise _no_answer(f"the model wrote no query that can be run: {refusal}", sql=written)

    async def _said(self, model: Model, rules: str, turns: list[Said]) -> str:
        """The model's answer, unless the server stops meanwhile."""
        task = asyncio.create_task(model.answer(rules, turns))
        self._waiting.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if not self._is_stopping:
                raise
            raise Unavailable("the server is stopping; try again", retry_after=2) from None
        finally:
            self._waiting.discard(task)

    def leave(self) -> None:
        """On the event loop: whoever waits for a model is told that the server stops."""
        self._is_stopping = True
        for task in self._waiting:
            task.cancel()

    def _facts_of(self, project: Project) -> dict[str, Any]:
        known = self._facts.get(project.number)
        if known is None:
            known = facts.read(self._events_of(project.number))
            self._facts.put(project.number, known)
        return known

    async def _rows(self, project: Project, sql: str) -> _Rows:
        result = await to_thread.run_sync(self._queries.run, project, sql)
        rows = [{name: _number(value) for name, value in row.items()} for row in objects(result)]
        return _Rows(rows, result.truncated)

    async def _told(
        self, project: Project, question: str, found: _Found, rows: _Rows | None, *, is_known: bool
    ) -> Answer:
        insights = None
        if rows is not None:
            insights = await self._insights(project, question, found, rows, is_known=is_known)
        return Answer(
            sql=found.plan.sql,
            explanation=found.plan.explanation,
            insights=insights,
            related_queries=list(found.plan.related),
            data=None if rows is None else rows.rows,
            execution_time_ms=0.0,
            source=found.source,
            cached=is_known,
            truncated=rows is not None and rows.truncated,
        )

    async def _insights(self, project: Project, question: str, found: _Found, rows: _Rows, *, is_known: bool) -> str:
        """By the model where it wrote the query. For a plan from memory that counts as a question, if any is left."""
        if found.tell is not None:
            return found.tell(rows.rows)
        plainly = telling.plainly(rows.rows, truncated=rows.truncated)
        if self._model is None or not rows.rows:
            return plainly
        if is_known and not self._limit.take(str(project.number)).allowed:
            return plainly
        told = prompt.insights(question, found.plan.explanation, masked(rows.rows), truncated=rows.truncated)
        try:
            said = await self._said(self._model, prompt.insights_rules(), [Said("user", told)])
        except ModelFailed as problem:
            log.warning("insights are worked out without the model: %s (%s)", problem.message, problem.cause)
            return plainly
        return shortened(said, MAX_ANSWER) or plainly


def _number(value: Any) -> Any:
    """JSON's numbers alone: a decimal would be written as a text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _no_answer(why: str, **details: object) -> BadRequest:
    return BadRequest(why, details={"field": "query", **details})


def _unavailable(problem: ModelFailed) -> Unavailable:
    return Unavailable(
        f"AI features unavailable: {problem.message}", cause=problem.cause, retry_after=problem.retry_after
    )


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1_000, 1)


def _fingerprint(queries: Queries) -> str:
    told = msgspec.json.encode([queries.tables(), [one.name for one in queries.functions()]])
    return hashlib.sha256(told).hexdigest()[:12]


_encode = msgspec.json.Encoder(enc_hook=str).encode


def _size(value: Any) -> int:
    return len(_encode(value))
