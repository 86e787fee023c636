"""The configuration: one frozen tree, from defaults, then a TOML file, then the environment. A typo is an error."""

import os
import re
import tomllib
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_type_hints
from urllib.parse import urlsplit

import msgspec

MIB = 1024 * 1024


class ConfigError(Exception):
    """What is wrong with the configuration, in words for whoever wrote it."""


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the product listens and how the world reaches it."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    """Address under which browsers reach this server; empty: http://host:port."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed."""


class Storage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data folder and what the databases may use of the machine."""

    data_dir: str = "gosight-data"
    memory_limit_mb: int = 144
    """MiB for all DuckDB work together: with 90 for the process it keeps the product within 512."""
    threads: int = 2
    temp_limit_mb: int = 2048
    """MiB that large queries may spill to disk."""
    events_min_free_bytes: int = 256 * MIB
    replay_min_free_bytes: int = 1024 * MIB
    replay_chunk_max_bytes: int = 16 * MIB
    """Of a piece of a recording, once it is unpacked."""
    replay_days: int = 30
    """Days for which recordings are kept; 0: for ever."""
    query_timeout_seconds: int = 30
    sourcemaps_mb: int = 512
    """MiB of source maps, gzipped, for each project; past them its oldest releases go."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many per minute, or per hour; 0 is no limit."""

    events_per_minute: int = 10_000
    reads_per_minute: int = 100
    writes_per_minute: int = 1000
    """Of the API, for each member or key."""
    auth_per_minute: int = 10
    sql_per_minute: int = 100
    """Of each project."""
    public_per_minute: int = 60
    """Of what projects have switched on for everybody, for each address."""
    ai_per_hour: int = 100
    """Questions in words for each project, but for those answered from memory."""
    realtime_connections: int = 1
    """WebSockets of one member or key to one project at once; 0 is no limit."""
    stream_connections: int = 1_000
    """Event streams (SSE) open at once, of all projects together; 0 is no limit."""
    queue_mb: int = 32
    """MiB of events that may wait for a commit; past it ingest answers 503."""
    replay_queue_mb: int = 32
    """The same for recordings, as they come over the line."""


class Sql(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a query in SQL may use."""

    max_rows: int = 10_000
    """Of an answer; it says where there were more."""
    timeout_seconds: int = 10


class ClickHouse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where clients of ClickHouse are answered, over its HTTP interface: read only."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: nowhere. ClickHouse's own is 8123."""


class Geo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where addresses are looked up."""

    database: str = ""
    """An .mmdb file; empty: the country file that comes with the product."""


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The server that takes our mail; without a host none is sent."""

    host: str = ""
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = ""
    sender: str = msgspec.field(default="", name="from")
    """`GoSight <gosight@example.com>` or the address alone."""


class Telegram(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bot that writes to chats whose channel has no bot of its own."""

    bot_token: str = ""
    api_url: str = "https://api.telegram.org"


class Outbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Messages that leave for channels."""

    allow_private: tuple[str, ...] = ()
    """Addresses or networks inside that webhooks may go to all the same."""
    keep_days: int = 30
    """Days for which it is kept what was sent and what came back."""


class Ai(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The model that turns questions into SQL; without a provider the questions that the product knows itself work."""

    provider: Literal["", "anthropic", "openai"] = ""
    """The format that the model's server speaks."""
    base_url: str = ""
    """Empty: the provider's own address."""
    model: str = ""
    key: str = ""
    timeout_seconds: int = 60
    max_tokens: int = 4_000


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    server: Server = Server()
    storage: Storage = Storage()
    limits: Limits = Limits()
    sql: Sql = Sql()
    clickhouse: ClickHouse = ClickHouse()
    geo: Geo = Geo()
    mail: Mail = Mail()
    telegram: Telegram = Telegram()
    outbox: Outbox = Outbox()
    ai: Ai = Ai()

    @property
    def data_dir(self) -> Path:
        return Path(self.storage.data_dir)

    @property
    def sourcemaps_bytes(self) -> int:
        return self.storage.sourcemaps_mb * MIB

    @property
    def host_name(self) -> str:
        """Of this server as the world knows it, without a port."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def public_url(self) -> str:
        """Without a slash at its end."""
        if self.server.public_url:
            return self.server.public_url.rstrip("/")
        host = f"[{self.server.host}]" if ":" in self.server.host else self.server.host
        return f"http://{host}:{self.server.port}"


def load(file: Path | None, environ: Mapping[str, str], **overrides: object) -> Config:
    """Defaults, then `file`, then `GOSIGHT_SECTION__KEY`, then `section__key` overrides that are not None."""
    tree = _read(file) if file is not None else {}
    for name, value in environ.items():
        if name.startswith("GOSIGHT_") and "__" in name:
            _put(tree, name.removeprefix("GOSIGHT_").lower(), _from_text(name, value), f"environment variable {name}")
    for name, given in overrides.items():
        if given is not None:
            _put(tree, name, given, name)
    _take_ai_key(tree, environ)
    try:
        return _check(msgspec.convert(tree, Config, strict=False))
    except msgspec.ValidationError as error:
        raise ConfigError(f"configuration: {_in_words(str(error))}") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None
    for section, settings in tree.items():
        _need_section(section, str(file))
        if not isinstance(settings, dict):
            raise ConfigError(f"{file}: {section} is a table, [{section}]; got {settings!r}")
        for key in settings:
            _need_setting(section, key, str(file))
    return tree


def _put(tree: dict[str, Any], name: str, value: object, shown: str) -> None:
    section, _, key = name.partition("__")
    _need_section(section, shown)
    _need_setting(section, key, shown)
    tree.setdefault(section, {})[key] = value


def _need_section(section: str, shown: str) -> None:
    if section not in Config.__struct_fields__:
        raise ConfigError(f"{shown}: there is no section {section}; expected one of {_listed(Config)}")


def _need_setting(section: str, key: str, shown: str) -> None:
    known = get_type_hints(Config)[section]
    if key not in known.__struct_encode_fields__:
        raise ConfigError(f"{shown}: there is no setting {section}.{key}; expected one of {_listed(known)}")


def _take_ai_key(tree: dict[str, Any], environ: Mapping[str, str]) -> None:
    """A key that is there for the provider's own address need not be written a second time."""
    ai = tree.get("ai", {})
    name = AI_KEYS.get(str(ai.get("provider", "")))
    if name and environ.get(name) and not ai.get("key") and not ai.get("base_url"):
        ai["key"] = environ[name]


def _listed(kind: type[msgspec.Struct]) -> str:
    return ", ".join(kind.__struct_encode_fields__)


def _in_words(problem: str) -> str:
    """msgspec says "Expected `int`, got `str` - at `$.server.port`"; ours begins with the setting."""
    what, _, where = problem.replace("`", "").partition(" - at $.")
    return f"{where}: {what[:1].lower()}{what[1:]}" if where else what


def _from_text(name: str, value: str) -> object:
    """Lists are written with commas."""
    if name.lower().endswith(("__trusted_proxies", "__allow_private")):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _check(config: Config) -> Config:
    for section in Config.__struct_fields__:
        part = getattr(config, section)
        for key in part.__struct_fields__:
            value = getattr(part, key)
            if isinstance(value, int) and value < 0:
                raise ConfigError(f"configuration: {section}.{key}: expected 0 or more, got {value}")
    server, storage = config.server, config.storage
    _need(1 <= server.port <= 65_535, "server.port: expected 1 to 65535", server.port)
    _need(bool(server.host), "server.host: expected an address or a name", server.host)
    clickhouse = config.clickhouse
    _need(clickhouse.port <= 65_535, "clickhouse.port: expected 0 to 65535, 0 for none", clickhouse.port)
    _need(clickhouse.port != server.port, "clickhouse.port: expected another port than server.port", clickhouse.port)
    _need(bool(clickhouse.host), "clickhouse.host: expected an address or a name", clickhouse.host)
    public = not server.public_url or _is_public(server.public_url)
    _need(public, 'server.public_url: expected an address such as "https://stats.example.com"', server.public_url)
    for proxy in server.trusted_proxies:
        _need(_is_network(proxy), 'server.trusted_proxies: expected addresses or networks such as "10.0.0.0/8"', proxy)
    _need(bool(storage.data_dir), "storage.data_dir: expected a folder", storage.data_dir)
    _need(storage.memory_limit_mb >= 32, "storage.memory_limit_mb: expected at least 32", storage.memory_limit_mb)
    _need(storage.threads >= 1, "storage.threads: expected at least 1", storage.threads)
    timeout = storage.query_timeout_seconds
    _need(timeout >= 1, "storage.query_timeout_seconds: expected at least 1", timeout)
    _need(storage.sourcemaps_mb >= 1, "storage.sourcemaps_mb: expected at least 1", storage.sourcemaps_mb)
    _need(config.limits.queue_mb >= 2, "limits.queue_mb: expected at least 2", config.limits.queue_mb)
    chunk, waiting = storage.replay_chunk_max_bytes, config.limits.replay_queue_mb
    _need(chunk >= MIB, f"storage.replay_chunk_max_bytes: expected at least {MIB}", chunk)
    least = -(-chunk // MIB)
    _need(waiting >= least, f"limits.replay_queue_mb: expected at least {least}, which is one chunk", waiting)
    _need(config.sql.max_rows >= 1, "sql.max_rows: expected at least 1", config.sql.max_rows)
    _need(config.sql.timeout_seconds >= 1, "sql.timeout_seconds: expected at least 1", config.sql.timeout_seconds)
    _check_outbox(config)
    _check_ai(config.ai)
    return config


def _check_outbox(config: Config) -> None:
    """Secrets are never part of what is told."""
    mail, telegram, outbox = config.mail, config.telegram, config.outbox
    _need(1 <= mail.port <= 65_535, "mail.port: expected 1 to 65535", mail.port)
    sender = parseaddr(mail.sender)[1]
    plain = "@" in sender and mail.sender.isprintable()
    _need(plain or not mail.host, 'mail.from: expected an address such as "gosight@example.com"', mail.sender)
    hidden = "with TLS alone: without it everybody on the way could read it"
    _need(mail.tls != "none" or not mail.password, f"mail.password: expected {hidden}", "tls none")
    is_token = not telegram.bot_token or re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}", telegram.bot_token)
    expected = "telegram.bot_token: expected a bot's token such as 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
    _need(bool(is_token), expected, "something else")
    expected = 'telegram.api_url: expected an address such as "https://api.telegram.org"'
    _need(_is_public(telegram.api_url), expected, telegram.api_url)
    for block in outbox.allow_private:
        _need(_is_network(block), 'outbox.allow_private: expected addresses or networks such as "10.0.0.0/8"', block)
    _need(outbox.keep_days >= 1, "outbox.keep_days: expected at least 1", outbox.keep_days)


AI_KEYS = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
"""Where a provider's own documents put its key. Sent to the provider's own address alone."""


def _check_ai(ai: Ai) -> None:
    expected = 'ai.base_url: expected an address such as "http://localhost:11434", or nothing for the provider\'s own'
    _need(not ai.base_url or _is_address(ai.base_url), expected, ai.base_url)
    _need(ai.timeout_seconds >= 1, "ai.timeout_seconds: expected at least 1", ai.timeout_seconds)
    _need(ai.max_tokens >= 100, "ai.max_tokens: expected at least 100", ai.max_tokens)
    _need(ai.key.isascii() and ai.key.isprintable() and " " not in ai.key, "ai.key: expected a key", "something else")
    if ai.provider:
        _need(bool(ai.model), "ai.model: expected the name of a model that the server has", ai.model)
        need_key = (
            f"ai.key: expected the key for {ai.provider}'s own address (or {AI_KEYS[ai.provider]} in the environment)"
        )
        _need(bool(ai.key or ai.base_url), need_key, "")
    elif ai.base_url or ai.model or ai.key:
        _need(False, 'ai.provider: expected "anthropic" or "openai" where the rest of [ai] is set', ai.provider)


def _is_address(url: str) -> bool:
    """A scheme, a host and perhaps a path; no name and password, which would be shown where the address is."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        known = parts.scheme in ("http", "https") and bool(host) and parts.port != 0
    except ValueError:
        return False
    return known and "@" not in parts.netloc and not parts.query and not parts.fragment and url.isprintable()


def _is_public(url: str) -> bool:
    """A scheme and a host, and nothing behind them: the product answers at the root."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path in ("", "/") and not parts.query


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _need(holds: bool, expected: str, came: object) -> None:
    if not holds:
        raise ConfigError(f"configuration: {expected}, got {came!r}")


def from_environment(file: Path | None = None, **overrides: object) -> Config:
    """`load` with this process's environment; `GOSIGHT_CONFIG` names the file where none is given."""
    named = os.environ.get("GOSIGHT_CONFIG")
    return load(file or (Path(named) if named else None), os.environ, **overrides)
