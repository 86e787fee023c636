"""Commands that scripts rely on: one JSON object or readable text, and one line on stderr where they fail."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.run import Ended, gosight, gosight_alone
from tests.world import World

PASSWORD = "correct horse"


def add_user(folder: Path, email: str = "jane@example.com") -> str:
    made = gosight("user", "add", email, "--password-stdin", "--json", folder=folder, stdin=f"{PASSWORD}\n")
    assert made.code == 0, made.err
    id_: str = made.json["id"]
    return id_


def test_a_member_who_is_added_signs_in_at_the_running_server(world: World) -> None:
    made = gosight(
        "user", "add", "Jane@Example.com", "--name", "Jane D.", "--password-stdin", "--json",
        folder=world.folder, stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert set(made.json) == {"id", "email"}
    assert made.json["email"] == "jane@example.com"
    login = world.nobody.post("/auth/login", {"email": "jane@example.com", "password": PASSWORD})
    assert login.json()["data"]["user"] == {"id": made.json["id"], "email": "jane@example.com", "name": "Jane D."}


def test_the_first_member_made_here_ends_the_set_up(world: World) -> None:
    assert world.nobody.get("/setup").json()["data"]["needed"] is True
    add_user(world.folder)
    assert world.nobody.get("/setup").json()["data"]["needed"] is False


def test_a_new_password_counts_at_once_and_signs_out(world: World) -> None:
    olga = world.member("olga")
    done = gosight("user", "password", olga.email, "--json", folder=world.folder, stdin="another battery\r\n")
    assert done.json == {"id": olga.id, "email": olga.email}
    assert olga.get("/me").status_code == 401
    for password, status in ((PASSWORD, 401), ("another battery", 200)):
        assert world.nobody.post("/auth/login", {"email": olga.email, "password": password}).status_code == status


def test_a_project_and_its_key_are_there_on_the_servers_next_request(world: World) -> None:
    olga = world.member("olga")
    made = gosight(
        "project", "add", "My Shop", "--id", "demo_tenant", "--domain", "Example.com", "--domain", "*.example.org",
        "--owner", olga.email, "--json", folder=world.folder,
    )  # fmt: skip
    assert set(made.json) == {"id", "slug", "api_key"}
    assert (made.json["id"], made.json["slug"]) == ("demo_tenant", "my-shop")
    assert made.json["api_key"].startswith("gs_live_")
    found = olga.get("/projects/my-shop").json()["data"]
    assert (found["role"], found["allowed_domains"]) == ("owner", ["example.com", "*.example.org"])
    key = gosight("key", "add", "my-shop", "--name", "Script", "--permissions", "read", "--json", folder=world.folder)
    assert set(key.json) == {"id", "key"}
    headers = {"X-GoSight-Key": key.json["key"]}
    assert world.nobody.get("/projects/demo_tenant", headers=headers).status_code == 200


def test_without_an_owner_a_project_belongs_to_the_first_member(tmp_path: Path) -> None:
    add_user(tmp_path)
    made = gosight("project", "add", "Shop", folder=tmp_path)
    assert made.code == 0
    assert "gosight.js" in made.out
    assert 'data-key="gs_live_' in made.out
    assert "server.public_url is not set" in made.out


def test_the_script_tag_names_the_public_address(tmp_path: Path) -> None:
    made = gosight("project", "add", "Shop", folder=tmp_path, GOSIGHT_SERVER__PUBLIC_URL="https://stats.example.com/")
    assert '<script defer src="https://stats.example.com/gosight.js" data-key=' in made.out
    assert "not set" not in made.out


def test_a_signing_secret_is_new_each_time(tmp_path: Path) -> None:
    gosight("project", "add", "Shop", "--id", "shop", folder=tmp_path)
    first, second = (gosight("project", "secret", "shop", "--json", folder=tmp_path).json for _ in range(2))
    assert first["id"] == "shop"
    assert first["signing_secret"] != second["signing_secret"]


@pytest.mark.parametrize(
    ("argv", "stdin", "says"),
    [
        (["user", "add", "jane"], PASSWORD, "email: expected an address"),
        (["user", "add", "jane@example.com"], "", "expected a password on stdin, got nothing"),
        (["user", "add", "jane@example.com"], "short\n", "password: expected 8 to 256 characters, got 5"),
        (["user", "add", "jane@example.com", "--name", ""], PASSWORD, "name: expected 1 to 100 characters"),
        (["user", "password", "jane@example.com"], PASSWORD, "there is no member jane@example.com"),
        (["project", "add", " "], "", "name: expected 1 to 100 characters"),
        (["project", "add", "Shop", "--id", "a b"], "", "id: expected letters, digits"),
        (["project", "add", "Shop", "--domain", "http://a"], "", "allowed_domains[0]: expected a host"),
        (["project", "add", "Shop", "--owner", "jane@example.com"], "", "there is no member jane@example.com"),
        (["project", "secret", "shop"], "", "there is no project shop"),
        (["key", "add", "shop", "--name", "x", "--permissions", "read"], "", "there is no project shop"),
        (["version", "--config", "/nowhere/gosight.toml"], "", ""),
        (["doctor", "--config", "/nowhere/gosight.toml"], "", "cannot read /nowhere/gosight.toml"),
    ],
)  # fmt: skip
def test_what_fails_says_why_in_one_line(tmp_path: Path, argv: list[str], stdin: str, says: str) -> None:
    ended = gosight(*argv, folder=tmp_path, stdin=stdin)
    if not says:
        assert ended.code == 0
        return
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"gosight: {says}")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("what", "says"), [("user", "is a member already"), ("project", "another project is called shop"), ("key", "fly")]
)
def test_what_is_there_already_stays(tmp_path: Path, what: str, says: str) -> None:
    add_user(tmp_path)
    gosight("project", "add", "Shop", "--id", "shop", folder=tmp_path)
    again = {
        "user": ["user", "add", "JANE@example.com"],
        "project": ["project", "add", "Other", "--id", "shop"],
        "key": ["key", "add", "shop", "--name", "x", "--permissions", "fly"],
    }[what]
    ended = gosight(*again, "--json", folder=tmp_path, stdin=PASSWORD)
    assert (ended.code, ended.out) == (1, "")
    assert says in ended.err


@pytest.mark.parametrize("argv", [[], ["fly"], ["user"], ["user", "add"], ["key", "add", "shop"]])
def test_a_line_that_is_no_command_is_2(argv: list[str]) -> None:
    ended = gosight(*argv)
    assert ended.code == 2
    assert ended.err.startswith("usage: gosight")


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    gosight("project", "add", "Shop", folder=folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "gosight.db").stat().st_mode) == 0o600


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    ended = gosight("project", "add", "Shop", folder=file)
    assert ended.err == f"gosight: the data folder {file} is a file; expected a folder\n"


def test_the_data_folder_may_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    gosight("project", "add", "Shop", GOSIGHT_STORAGE__DATA_DIR=str(tmp_path / "a"))
    assert (tmp_path / "a" / "gosight.db").is_file()
    (tmp_path / "gosight.toml").write_text(f'[storage]\ndata_dir = "{tmp_path / "b"}"\n')
    gosight("project", "add", "Shop", "--config", str(tmp_path / "gosight.toml"))
    gosight("project", "add", "Shop", GOSIGHT_CONFIG=str(tmp_path / "gosight.toml"))
    assert (tmp_path / "b" / "gosight.db").is_file()


@pytest.mark.parametrize("run", [gosight, gosight_alone])
def test_version_says_what_this_is(run: Callable[..., Ended]) -> None:
    assert run("version").out.startswith("gosight ")
    assert set(run("version", "--json").json) == {"version", "python"}


def test_what_fails_says_so_in_a_process_of_its_own() -> None:
    assert gosight_alone("fly").code == 2
    failed = gosight_alone("project", "secret", "shop", "--config", "/nowhere/gosight.toml")
    assert (failed.code, failed.err) == (1, "gosight: cannot read /nowhere/gosight.toml: No such file or directory\n")
