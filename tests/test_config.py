"""Settings: defaults, a file, the environment, the command line, in this order; a typo is an error; all documented."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gosight.config import Config, ConfigError, load

EXAMPLE = Path(__file__).parent.parent / "gosight.toml.example"


def test_the_example_shows_every_setting_with_its_default() -> None:
    assert tomllib.loads(EXAMPLE.read_text("utf-8")) == msgspec.json.decode(msgspec.json.encode(Config()))


def test_the_example_can_be_used_as_it_is() -> None:
    assert load(EXAMPLE, {}) == Config()


def test_every_setting_in_the_example_has_its_comment() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    settings = [at for at, line in enumerate(lines) if re.match(r"[a-z_]+ = ", line)]
    assert len(settings) == sum(len(getattr(Config(), name).__struct_fields__) for name in Config.__struct_fields__)
    for at in settings:
        assert lines[at - 1].startswith("# "), lines[at]
        assert lines[at - 1].endswith("."), f"{lines[at]}: its comment is no sentence"


@pytest.mark.parametrize("unit", ["bytes", "mb", "seconds", "per_minute"])
def test_a_number_says_its_unit(unit: str) -> None:
    words = {"bytes": "Bytes", "mb": "MiB", "seconds": "Seconds", "per_minute": "a minute"}
    text = EXAMPLE.read_text("utf-8")
    for comment in re.findall(rf"((?:# .*\n)+)[a-z_]+_{unit} = ", text):
        assert words[unit] in comment


def test_the_file_wins_over_defaults_the_environment_over_the_file_and_the_command_line_over_all(
    tmp_path: Path,
) -> None:
    file = tmp_path / "gosight.toml"
    file.write_text('[server]\nport = 1\nhost = "a"\npublic_url = "http://b"\n')
    config = load(file, {"GOSIGHT_SERVER__PORT": "2", "GOSIGHT_SERVER__HOST": "c"}, server__port=3, server__host=None)
    assert (config.server.port, config.server.host, config.server.public_url) == (3, "c", "http://b")


def test_zero_from_the_environment_is_no_limit() -> None:
    assert load(None, {"GOSIGHT_LIMITS__EVENTS_PER_MINUTE": "0"}).limits.events_per_minute == 0


def test_a_list_in_the_environment_has_commas() -> None:
    config = load(None, {"GOSIGHT_SERVER__TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,"})
    assert config.server.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")


def test_other_variables_do_not_matter() -> None:
    assert load(None, {"GOSIGHT_CONFIG": "x", "GOSIGHTSERVER__PORT": "x", "PATH": "x"}) == Config()


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"GOSIGHT_SERVER__PRT": "1"}, "environment variable GOSIGHT_SERVER__PRT: there is no setting server.prt"),
        ({"GOSIGHT_SRVER__PORT": "1"}, "environment variable GOSIGHT_SRVER__PORT: there is no section srver"),
        ({"GOSIGHT_DATA_DIR__X": "1"}, "environment variable GOSIGHT_DATA_DIR__X: there is no section data_dir"),
        ({"GOSIGHT_SERVER__PORT": "many"}, "configuration: server.port: expected int, got str"),
        ({"GOSIGHT_SERVER__PORT": "65536"}, "configuration: server.port: expected 1 to 65535, got 65536"),
        ({"GOSIGHT_SERVER__PORT": "-1"}, "configuration: server.port: expected 0 or more, got -1"),
        ({"GOSIGHT_CLICKHOUSE__PORT": "65536"}, "configuration: clickhouse.port: expected 0 to 65535, 0 for none"),
        (
            {"GOSIGHT_CLICKHOUSE__PORT": "8000"},
            "configuration: clickhouse.port: expected another port than server.port",
        ),
        ({"GOSIGHT_CLICKHOUSE__HOST": ""}, "configuration: clickhouse.host: expected an address or a name"),
        ({"GOSIGHT_SERVER__PUBLIC_URL": "stats.example.com"}, "configuration: server.public_url: expected an address"),
        ({"GOSIGHT_SERVER__PUBLIC_URL": "http://a/b"}, "configuration: server.public_url: expected an address"),
        ({"GOSIGHT_SERVER__TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, "configuration: server.trusted_proxies: expected"),
        ({"GOSIGHT_STORAGE__THREADS": "0"}, "configuration: storage.threads: expected at least 1, got 0"),
        ({"GOSIGHT_STORAGE__MEMORY_LIMIT_MB": "1"}, "configuration: storage.memory_limit_mb: expected at least 32"),
        ({"GOSIGHT_AI__PROVIDER": "mine"}, "configuration: ai.provider: invalid enum value"),
        ({"GOSIGHT_AI__MODEL": "m"}, 'configuration: ai.provider: expected "anthropic" or "openai" where the rest'),
        ({"GOSIGHT_AI__PROVIDER": "openai"}, "configuration: ai.model: expected the name of a model"),
        ({"GOSIGHT_AI__PROVIDER": "openai", "GOSIGHT_AI__MODEL": "m"}, "configuration: ai.key: expected the key for"),
        ({"GOSIGHT_AI__BASE_URL": "localhost:11434"}, "configuration: ai.base_url: expected an address such as"),
        ({"GOSIGHT_AI__BASE_URL": "http://a..b"}, "configuration: ai.base_url: expected an address such as"),
        ({"GOSIGHT_AI__BASE_URL": "http://a:b@c"}, "configuration: ai.base_url: expected an address such as"),
        ({"GOSIGHT_AI__KEY": "se cret"}, "configuration: ai.key: expected a key, got 'something else'"),
        ({"GOSIGHT_AI__TIMEOUT_SECONDS": "0"}, "configuration: ai.timeout_seconds: expected at least 1, got 0"),
        ({"GOSIGHT_AI__MAX_TOKENS": "10"}, "configuration: ai.max_tokens: expected at least 100, got 10"),
        ({"GOSIGHT_LIMITS__EVENTS_PER_MINUTE": "-5"}, "configuration: limits.events_per_minute: expected 0 or more"),
    ],
)
def test_what_is_not_right_in_the_environment_is_named(environ: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(None, environ)
    assert str(refused.value).startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[server]\nprt = 1\n", "there is no setting server.prt; expected one of host, port"),
        (
            "[srver]\nport = 1\n",
            "there is no section srver; expected one of server, storage, limits, sql, clickhouse, geo",
        ),
        ("server = 1\n", "server is a table, [server]; got 1"),
        ("port = 1\n", "there is no section port"),
        ("[server\n", "is not valid TOML"),
        ("[server]\nport = [1]\n", "server.port: expected int, got array"),
        ("[server]\nhost = 1\n", "server.host: expected str, got int"),
        ("\x00", "is not valid TOML"),
    ],
)
def test_what_is_not_right_in_the_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "gosight.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(problem)):
        load(file, {})


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read .*: No such file"):
        load(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"provider": "anthropic"}, "from-outside"),
        ({"provider": "anthropic", "key": "own"}, "own"),
        ({"provider": "anthropic", "base_url": "http://localhost:11434"}, ""),
        ({"provider": "openai", "base_url": "http://localhost:11434/v1"}, ""),
    ],
    ids=["the provider's own address", "a key of its own", "another address", "another provider"],
)
def test_a_key_in_the_environment_goes_to_the_providers_own_address_alone(settings: dict[str, str], key: str) -> None:
    environ = {"ANTHROPIC_API_KEY": "from-outside"}
    given = {f"ai__{name}": value for name, value in settings.items()}
    assert load(None, environ, ai__model="m", **given).ai.key == key


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"server__host": "::1"}, "http://[::1]:8000"),
        ({"server__public_url": "https://stats.example.com/"}, "https://stats.example.com"),
    ],
)
def test_the_public_address_has_no_slash_at_its_end(settings: dict[str, Any], url: str) -> None:
    assert load(None, {}, **settings).public_url == url
