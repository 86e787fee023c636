"""The configuration: one frozen tree, from defaults, then a TOML file, then the environment. A typo is an error."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

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
    memory_limit_mb: int = 160
    """MiB for all DuckDB work together: with 90 for the process it keeps the product within 512."""
    threads: int = 2
    temp_limit_mb: int = 2048
    """MiB that large queries may spill to disk."""
    events_min_free_bytes: int = 256 * MIB
    replay_min_free_bytes: int = 1024 * MIB
    query_timeout_seconds: int = 30


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many per minute; 0 is no limit."""

    events_per_minute: int = 10_000
    auth_per_minute: int = 10
    queue_mb: int = 32
    """MiB of events that may wait for a commit; past it ingest answers 503."""


class Geo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where addresses are looked up."""

    database: str = ""
    """An .mmdb file; empty: the country file that comes with the product."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    server: Server = Server()
    storage: Storage = Storage()
    limits: Limits = Limits()
    geo: Geo = Geo()

    @property
    def data_dir(self) -> Path:
        return Path(self.storage.data_dir)

    @property
    def public_url(self) -> str:
        """Without a slash at its end."""
        if self.server.public_url:
            return self.server.public_url.rstrip("/")
        host = f"[{self.server.host}]" if ":" in self.server.host else self.server.host
        return f"http://{host}:{self.server.port}"


def load(file: Path | None, environ: Mapping[str, str], **overrides: object) -> Config:
    """Defaults, then `file`, then `GOSIGHT_SECTION__KEY`, then `section__key` overrides that are not None."""
    tree: dict[str, Any] = _read(file) if file is not None else {}
    for name, value in environ.items():
        if name.startswith("GOSIGHT_") and "__" in name:
            _put(tree, name.removeprefix("GOSIGHT_").lower(), _from_text(name, value), f"environment variable {name}")
    for name, given in overrides.items():
        if given is not None:
            _put(tree, name, given, name)
    try:
        return _check(msgspec.convert(tree, Config, strict=False))
    except msgspec.ValidationError as error:
        raise ConfigError(f"configuration: {error}") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None


def _put(tree: dict[str, Any], name: str, value: object, shown: str) -> None:
    section, _, key = name.partition("__")
    sections = get_type_hints(Config)
    if section not in sections or not isinstance(sections[section], type):
        raise ConfigError(f"{shown}: there is no section {section}; expected one of {', '.join(sections)}")
    if key not in sections[section].__struct_fields__:
        known = ", ".join(sections[section].__struct_fields__)
        raise ConfigError(f"{shown}: there is no setting {key} in {section}; expected one of {known}")
    inner = tree.setdefault(section, {})
    if not isinstance(inner, dict):
        raise ConfigError(f"configuration: {section} is a table, got {inner!r}")
    inner[key] = value


def _from_text(name: str, value: str) -> object:
    """Lists are written with commas."""
    if name.lower().endswith("__trusted_proxies"):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _check(config: Config) -> Config:
    for section in ("server", "storage", "limits"):
        part = getattr(config, section)
        for key in part.__struct_fields__:
            value = getattr(part, key)
            if isinstance(value, int) and value < 0:
                raise ConfigError(f"configuration: {section}.{key} must not be negative, got {value}")
    if config.server.port > 65535:
        raise ConfigError(f"configuration: server.port is 0 to 65535, got {config.server.port}")
    if config.storage.memory_limit_mb < 32 or config.storage.threads < 1:
        raise ConfigError("configuration: storage.memory_limit_mb is at least 32 and storage.threads at least 1")
    return config


def from_environment(file: Path | None = None, **overrides: object) -> Config:
    """`load` with this process's environment; `GOSIGHT_CONFIG` names the file where none is given."""
    named = os.environ.get("GOSIGHT_CONFIG")
    return load(file or (Path(named) if named else None), os.environ, **overrides)
