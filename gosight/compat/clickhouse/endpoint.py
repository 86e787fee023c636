"""The HTTP interface of ClickHouse, as one plain ASGI function on a port of its own."""

import asyncio
import gzip
import time
from collections.abc import Mapping

import msgspec

from gosight.compat.clickhouse import formats, request, select, statement
from gosight.compat.clickhouse.columns import of
from gosight.compat.clickhouse.door import Door
from gosight.compat.clickhouse.errors import Code, Refusal
from gosight.compat.clickhouse.formats import Table
from gosight.compat.clickhouse.relations import Relation
from gosight.compat.clickhouse.request import Asked
from gosight.compat.clickhouse.results import refusal_of, table_of
from gosight.compat.clickhouse.schema import Schema, described
from gosight.config import Config
from gosight.control import Access, Control
from gosight.kit.addresses import client_address, networks
from gosight.kit.errors import GoSightError
from gosight.kit.wire.asgi import Header, Headers, Inlet
from gosight.kit.wire.refusals import as_error
from gosight.kit.wire.types import Receive, Scope, Send
from gosight.query import Queries

OK = b"Ok.\n"
WAITING = 8 * 1024 * 1024
"""Bytes of queries on their way in."""
PACKED_FROM = 1024
"""Bytes of an answer; a smaller one is not worth packing."""
NOT_FOUND = """There is no handle {path}

Use / or /ping for health checks.
Send queries from your program with POST method or GET /?query=…
"""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    status: int = 200
    content_type: str = "text/html; charset=UTF-8"
    body: bytes = b""
    headers: list[Header] = []


class ClickHouse:
    """Lives on the event loop; queries run in threads."""

    def __init__(self, config: Config, control: Control, queries: Queries) -> None:
        self._door = Door(control)
        self._queries = queries
        self._trusted = networks(config.server.trusted_proxies)
        self._inlet = Inlet(
            "query",
            largest=request.MAX_BODY,
            waiting=WAITING,
            too_many="too many queries are on their way in; try again",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        try:
            answer = await self._answer(scope, receive)
        except Exception as problem:
            answer = _told(problem, scope["method"])
        length = (b"content-length", b"%d" % len(answer.body))
        kind = (b"content-type", answer.content_type.encode())
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [kind, length, *_ALWAYS, *answer.headers],
            }
        )
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        path, method = scope["path"], scope["method"]
        if path in ("/ping", "/replicas_status"):
            return Answer(body=OK)
        if path != "/":
            return Answer(
                status=404, content_type=_PLAIN, body=NOT_FOUND.format(path=path[:100]).encode("utf-8", "replace")
            )
        if method not in ("GET", "HEAD", "POST"):
            raise Refusal(Code.NOT_IMPLEMENTED, f"expected GET or POST, got {method[:20]}")
        headers: Headers = dict(scope["headers"])
        sent = request.fields(scope["query_string"])
        if method != "POST" and not sent.get("query"):
            return Answer(body=OK)
        access = self._let_in(scope, headers, sent)
        body = await self._inlet.body(headers, receive) if method == "POST" else b""
        with self._inlet.holding(len(body)):
            asked = request.asked(headers, sent, body)
            if not asked.text.strip():
                raise Refusal(Code.SYNTAX_ERROR, "Syntax error: Empty query")
            self._queries.count(access.project)
            return await asyncio.to_thread(self._run, access, asked, headers)

    def _let_in(self, scope: Scope, headers: Headers, sent: Mapping[str, str]) -> Access:
        peer = scope["client"][0] if scope.get("client") else ""
        plain = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
        address = client_address(peer, plain.get("x-forwarded-for"), self._trusted)
        database = sent.get("database") or plain.get("x-clickhouse-database", "")
        return self._door.let_in(request.credentials(headers, sent), database, plain, peer, address)

    def _run(self, access: Access, asked: Asked, headers: Headers) -> Answer:
        """In a thread: read, asked, written, packed."""
        began = time.perf_counter()
        select.need_size(len(asked.text))
        read = statement.read(asked.text)
        settings = Settings(asked.settings | read.settings)
        wanted = read.format or asked.format or formats.DEFAULT
        made = formats.named(wanted)
        if made is None:
            there = ", ".join(one.name for one in formats.FORMATS)
            raise Refusal(Code.UNKNOWN_FORMAT, f"Unknown format {wanted[:64]}; there are {there}")
        project = access.project
        database = asked.settings.get("database") or headers.get(b"x-clickhouse-database", b"").decode(
            "utf-8", "replace"
        )
        schema = Schema(self._queries, database or "default", frozenset({"default", project.id, project.slug}))
        schema.need_database(database)
        table = self._table(access, schema, read, asked, settings)
        elapsed = time.perf_counter() - began
        table = msgspec.structs.replace(
            table,
            elapsed=elapsed,
            quoted=settings.is_on("output_format_json_quote_64bit_integers"),
            revision=settings.number("client_protocol_version"),
        )
        body = made.write(table) if table.names else b""
        extra = _summary(asked.query_id, made.name, len(table.rows), len(body), elapsed)
        if settings.is_on("enable_http_compression") and len(body) >= PACKED_FROM and _takes_gzip(headers):
            body = gzip.compress(body, 3, mtime=0)
            extra.append((b"content-encoding", b"gzip"))
        return Answer(content_type=made.content_type, body=body, headers=extra)

    def _table(
        self, access: Access, schema: Schema, read: statement.Statement, asked: Asked, settings: "Settings"
    ) -> Table:
        try:
            if read.verb in ("DESC", "DESCRIBE") and "SELECT" in (token.text.upper() for token in read.tokens[1:4]):
                return self._described(access, schema, read, asked)
            if read.verb in statement.ASKS:
                return _as_table(schema.answer(read))
            bound = select.bind(read.sql, schema, access.project.slug, asked.parameters)
            result = self._queries.run(
                access.project,
                bound.sql,
                max_rows=settings.number("max_result_rows") or None,
                seconds=settings.number("max_execution_time") or None,
                needs_customer=False,
            )
        except GoSightError as error:
            raise refusal_of(error) from None
        if result.truncated and settings.get("result_overflow_mode") != "break":
            raise Refusal(
                Code.TOO_MANY_ROWS_OR_BYTES,
                f"Limit for result exceeded, max rows: {len(result.rows)}; add LIMIT, or take the first ones with "
                "result_overflow_mode=break",
            )
        return table_of(result, statement.columns(read.sql, read.tokens), schema.declared() | bound.declared)

    def _described(self, access: Access, schema: Schema, read: statement.Statement, asked: Asked) -> Table:
        """DESCRIBE (SELECT …)"""
        first = next(at for at, token in enumerate(read.tokens) if at and token.text.upper() != "TABLE")
        inner = read.sql[read.tokens[first].start - read.tokens[0].start :]
        bound = select.bind(inner, schema, access.project.slug, asked.parameters)
        found = self._queries.check(access.project, bound.sql, needs_customer=False)
        declared = schema.declared() | bound.declared
        rows = [(column.name, of(column.type, [], declared.get(column.name)).name, "") for column in found]
        return _as_table(described(rows))


class Settings:
    """What came with a query, of which the last that was said counts."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self._sent = sent

    def get(self, name: str) -> str:
        return self._sent.get(name, "")

    def is_on(self, name: str) -> bool:
        return self.get(name).lower() in ("1", "true", "yes", "on")

    def number(self, name: str) -> int:
        """0 where it is none."""
        told = self.get(name)
        if not told:
            return 0
        try:
            return max(0, min(int(float(told)), 1 << 31))
        except (ValueError, OverflowError):
            raise Refusal(Code.BAD_ARGUMENTS, f"Expected a number for {name}, got {told[:40]!r}") from None


def _as_table(relation: Relation) -> Table:
    names = [name for name, _ in relation.columns]
    columns = [[row[at] for row in relation.rows] for at in range(len(names))]
    kinds = [of("VARCHAR", values, kind) for (_, kind), values in zip(relation.columns, columns, strict=True)]
    return Table(names=names, types=kinds, rows=relation.rows)


def _summary(query_id: str, format_: str, rows: int, size: int, elapsed: float) -> list[Header]:
    told = {
        "read_rows": "0",
        "read_bytes": "0",
        "written_rows": "0",
        "written_bytes": "0",
        "total_rows_to_read": "0",
        "result_rows": str(rows),
        "result_bytes": str(size),
        "elapsed_ns": str(int(elapsed * 1e9)),
    }
    return [
        (b"x-clickhouse-summary", msgspec.json.encode(told)),
        (b"x-clickhouse-query-id", query_id.encode()),
        (b"x-clickhouse-format", format_.encode()),
    ]


def _takes_gzip(headers: Headers) -> bool:
    taken = headers.get(b"accept-encoding", b"").decode("latin-1").lower()
    return any(part.strip().partition(";")[0] == "gzip" for part in taken.split(","))


def _told(problem: Exception, method: str) -> Answer:
    """An error in ClickHouse's words. Our own fault goes to the log, without the address: a key may stand in it."""
    refusal = problem if isinstance(problem, Refusal) else refusal_of(as_error(problem, method, "ClickHouse"))
    headers: list[Header] = [(b"x-clickhouse-exception-code", str(refusal.what.value).encode())]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b'Basic realm="ClickHouse server HTTP API"'))
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    return Answer(
        status=refusal.status, content_type=_PLAIN, body=refusal.told().encode("utf-8", "replace"), headers=headers
    )


_PLAIN = "text/plain; charset=UTF-8"
_ALWAYS: list[Header] = [
    (b"x-clickhouse-server-display-name", select.DISPLAY_NAME.encode()),
    (b"x-clickhouse-timezone", b"UTC"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
