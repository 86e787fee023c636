"""Source maps by the API: what is taken and refused, what fits a stack, who may, and what goes first."""

import gzip
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pytest

from gosight.analytics import sourcemap_draft
from gosight.analytics.sourcemap import fit, path_of
from gosight.kit.errors import BadRequest
from tests.analytics.visits import DESKTOP, SITE, send
from tests.world import Person, World, error

MAP = {
    "version": 3,
    "file": "app.js",
    "sources": ["../src/cart.ts", None],
    "sourcesContent": ["export const total = 1;\n", None],
    "names": ["total"],
    "mappings": "AAAA,SAASA;;AACA",
}
PATH = "/projects/shop/sourcemaps"
EXPECTED = "this is no source map: expected JSON of version 3 with sources and mappings"


def upload(
    person: Person, body: object = MAP, release: str = "1.4.0", file: str = "/js/app.js", **more: Any
) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return person.post(f"{PATH}", content=content, params={"release": release, "file": file}, **more)


def kept(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def on_disk(world: World) -> set[str]:
    return {file.name for file in (world.folder / "projects" / "1" / "sourcemaps").glob("*")}


def maps_of(person: Person, stack: str, **payload: Any) -> list[str | None]:
    """The maps that a new error's frames get."""
    (found,) = person.get("/projects/shop/errors?search=broke").json()["data"]
    detail = person.get(f"/projects/shop/errors/{found['id']}").json()["data"]
    return [frame["sourcemap"] for frame in detail["frames"]]


def test_a_map_is_kept_and_handed_out_as_it_came(world: World, owner: Person) -> None:
    told = kept(upload(owner))
    assert told | {"id": "", "size": 0} == {
        "id": "",
        "release": "1.4.0",
        "file": "/js/app.js",
        "size": 0,
        "unpacked_size": len(json.dumps(MAP)),
        "source_count": 2,
        "has_content": True,
        "uploaded_at": "2026-11-22T12:00:00Z",
    }
    answer = owner.get(f"{PATH}/{told['id']}")
    assert answer.content == json.dumps(MAP).encode()
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "application/json"
    assert on_disk(world) == {f"{told['id']}.json.gz"}
    assert owner.get(PATH).json() == {
        "success": True,
        "data": [told],
        "meta": {"page": 1, "per_page": 50, "total": 1, "total_pages": 1},
    }


def test_a_gzipped_map_is_the_same(owner: Person) -> None:
    told = kept(upload(owner, gzip.compress(json.dumps(MAP).encode(), mtime=0), headers={"Content-Encoding": "gzip"}))
    assert owner.get(f"{PATH}/{told['id']}").json() == MAP


def test_a_map_of_maps_is_one(owner: Person) -> None:
    sections = [{"offset": {"line": 0, "column": 0}, "map": MAP}, {"offset": {"line": 9, "column": 0}, "map": MAP}]
    told = kept(upload(owner, {"version": 3, "file": "x", "sections": sections}))
    assert (told["source_count"], told["has_content"]) == (4, True)


def test_a_map_without_the_text_of_its_sources_says_so(owner: Person) -> None:
    assert kept(upload(owner, {key: MAP[key] for key in ("version", "sources", "mappings")}))["has_content"] is False


def test_the_same_file_of_the_same_release_is_replaced(world: World, owner: Person) -> None:
    first = kept(upload(owner))
    second = kept(upload(owner, file=f"{SITE}/js/app.js?v=2"))
    assert error(owner.get(f"{PATH}/{first['id']}"))[0] == 404
    assert on_disk(world) == {f"{second['id']}.json.gz"}
    kept(upload(owner, release="1.5.0"))
    assert owner.get(f"{PATH}?release=1.4.0").json()["meta"]["total"] == 1
    assert owner.get(f"{PATH}?per_page=1&page=2").json()["meta"]["total"] == 2


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "expected a source map, got nothing"),
        (b"{", EXPECTED),
        (b"x", EXPECTED),
        (b"function(){}", EXPECTED),
        (b"[" * 100_000, EXPECTED),
        (b'{"a":' * 50_000, EXPECTED),
        (b"\xff\xfe{}", EXPECTED),
        ([], EXPECTED),
        ({}, EXPECTED),
        (MAP | {"version": 2}, EXPECTED + "; its version is 2"),
        (MAP | {"version": "3"}, EXPECTED),
        (MAP | {"sources": "app.ts"}, EXPECTED),
        (MAP | {"sources": [3]}, EXPECTED),
        (MAP | {"mappings": ["AAAA"]}, EXPECTED + "; its mappings are no text of base 64"),
        (MAP | {"mappings": "A A"}, EXPECTED + "; its mappings are no text of base 64"),
        (MAP | {"mappings": '"<script>'}, EXPECTED + "; its mappings are no text of base 64"),
        ({"version": 3, "mappings": "AAAA"}, EXPECTED + "; it has no sources"),
        ({"version": 3, "sources": ["a"]}, EXPECTED + "; its mappings are no text of base 64"),
        ({"version": 3, "sections": [{"offset": {"line": 0, "column": 0}, "url": "https://x/y.map"}]}, EXPECTED),
        (gzip.compress(b"{}", mtime=0), EXPECTED),
        (gzip.compress(json.dumps(MAP).encode(), mtime=0)[:-9], "the source map is gzipped and ends too early"),
        (gzip.compress(json.dumps(MAP).encode(), mtime=0)[:12] + b"\xff" * 40, "the source map is gzipped and broken"),
        (b"\x1f\x8b", "the source map is gzipped and ends too early"),
    ],
)
def test_what_is_no_map_is_refused_and_leaves_nothing(world: World, owner: Person, body: object, why: str) -> None:
    status, code, message = error(upload(owner, body))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert message.startswith(why)
    assert owner.get(PATH).json()["data"] == []
    assert on_disk(world) == set()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"file": "/a.js"}, "release: is required, got nothing"),
        ({"release": "1"}, "file: is required, got nothing"),
        (
            {"release": " ", "file": "/a.js"},
            "release: expected 1 to 100 characters in one line, such as 1.4.0, got ' '",
        ),
        ({"release": "x" * 101, "file": "/a.js"}, "release: expected 1 to 100 characters"),
        ({"release": "a\nb", "file": "/a.js"}, "release: expected 1 to 100 characters"),
        ({"release": "1", "file": ""}, "file: expected the address or the path of the minified file"),
        (
            {"release": "1", "file": "https://a.example/js/"},
            "file: expected the address or the path of the minified file",
        ),
        ({"release": "1", "file": "/" + "x" * 1_001}, "file: expected the address or the path of the minified file"),
    ],
)
def test_a_map_of_nothing_is_refused(world: World, owner: Person, asked: dict[str, str], message: str) -> None:
    answer = owner.post(PATH, content=json.dumps(MAP).encode(), params=asked)
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert error(answer)[2].startswith(message.replace(", got nothing", ""))
    assert owner.get(PATH).json()["data"] == []


def test_a_bomb_is_refused_and_memory_stays_flat(world: World, owner: Person) -> None:
    bomb = gzip.compress(b'{"version":3,"mappings":"' + b"A" * (300 * 1024 * 1024) + b'"}', 9, mtime=0)
    tracemalloc.start()
    answer = upload(owner, bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error(answer) == (413, "PAYLOAD_TOO_LARGE", "a source map is at most 67108864 bytes unpacked")
    assert most < 16 * 1024 * 1024
    assert on_disk(world) == set()


def test_a_large_map_takes_no_memory(owner: Person) -> None:
    content = ["x" * 1_000] * 40_000
    body = gzip.compress(
        json.dumps(MAP | {"sources": ["a.ts"] * 40_000, "sourcesContent": content}).encode(), 1, mtime=0
    )
    tracemalloc.start()
    told = kept(upload(owner, body))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told["unpacked_size"] > 40_000_000
    assert most < 24 * 1024 * 1024


def test_no_map_is_kept_where_the_disk_is_full(make_world: Any) -> None:
    world = make_world(storage__events_min_free_bytes=2**60)
    owner = world.member("olga")
    world.project(owner)
    assert error(upload(owner))[:2] == (507, "DISK_FULL")


def test_the_oldest_releases_go_first(make_world: Any) -> None:
    world = make_world(storage__sourcemaps_mb=1)
    owner = world.member("olga")
    world.project(owner)
    noise = [os.urandom(200_000).hex()]
    large = MAP | {"sources": ["a"], "sourcesContent": noise}  # some 230 kB gzipped
    for release in ("1", "2", "3"):
        kept(upload(owner, large, release=release, file="/a.js"))
        world.clock.forward(1)
    kept(upload(owner, MAP, release="1", file="/b.js"))
    world.clock.forward(1)
    for file in ("/a.js", "/b.js"):
        kept(upload(owner, large, release="4", file=file))
    left = {(item["release"], item["file"]) for item in owner.get(PATH).json()["data"]}
    assert left == {("1", "/a.js"), ("1", "/b.js"), ("3", "/a.js"), ("4", "/a.js"), ("4", "/b.js")}
    assert len(on_disk(world)) == 5


def test_one_release_alone_is_bounded_too(make_world: Any) -> None:
    world = make_world(storage__sourcemaps_mb=1)
    owner = world.member("olga")
    world.project(owner)
    kept(upload(owner))
    huge = MAP | {"sourcesContent": [os.urandom(1_000_000).hex(), None]}
    status, code, message = error(upload(owner, huge, file="/b.js"))
    assert (status, code) == (413, "PAYLOAD_TOO_LARGE")
    assert "storage.sourcemaps_mb" in message
    assert owner.get(PATH).json()["meta"]["total"] == len(on_disk(world)) == 1


def test_what_somebody_left_half_way_is_tidied_up(world: World, owner: Person) -> None:
    kept(upload(owner))
    folder = world.folder / "projects" / "1" / "sourcemaps"
    for name, age in (("map_gone.json.gz", 9_000), ("map_x.json.gz.part", 9_000), ("map_now.json.gz.part", 10)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (os.stat(folder / name).st_atime, os.stat(folder / name).st_mtime - age))
    kept(upload(owner, file="/b.js"))
    assert {name for name in on_disk(world) if not name.endswith(".json.gz")} == {"map_now.json.gz.part"}
    assert len(on_disk(world)) == 3


def test_maps_are_gone_with_their_project(world: World, owner: Person) -> None:
    kept(upload(owner))
    folder = world.folder / "projects" / "1"
    assert folder.is_dir()
    owner.delete("/projects/shop")
    assert not folder.exists()
    with world.app.file.write() as transaction:
        assert transaction.run("delete from sourcemaps") == 0


def test_one_map_or_a_whole_release_is_removed(world: World, owner: Person) -> None:
    first, second, third = (kept(upload(owner, file=f"/{n}.js")) for n in "abc")
    other = kept(upload(owner, release="2"))
    assert owner.delete(f"{PATH}/{first['id']}").json() == {"success": True}
    assert error(owner.delete(f"{PATH}/{first['id']}"))[:2] == (404, "NOT_FOUND")
    assert owner.delete(f"{PATH}?release=1.4.0").json() == {"success": True, "data": {"removed": 2}}
    assert owner.delete(f"{PATH}?release=1.4.0").json()["data"] == {"removed": 0}
    assert on_disk(world) == {f"{other['id']}.json.gz"}
    assert {second["id"], third["id"]}.isdisjoint({item["id"] for item in owner.get(PATH).json()["data"]})


def test_who_may(world: World, owner: Person) -> None:
    told = kept(upload(owner))
    people = {role: world.join(world.member(role), "shop", role) for role in ("admin", "member", "viewer")}
    people |= {"key that reads": world.key(owner, "shop", "read"), "admin key": world.key(owner, "shop", "admin")}
    people |= {"key that writes": world.key(owner, "shop", "write")}
    may_read = {"admin", "member", "key that reads", "admin key"}
    may_write = {"admin", "admin key"}
    for name, person in people.items():
        for answer in (person.get(PATH), person.get(f"{PATH}/{told['id']}")):
            assert answer.status_code == (200 if name in may_read else 403), name
        assert upload(person, file=f"/{name}.js").status_code == (201 if name in may_write else 403), name
        assert person.delete(f"{PATH}?release=none").status_code == (200 if name in may_write else 403), name
        assert person.delete(f"{PATH}/none").status_code == (404 if name in may_write else 403), name


def test_another_project_has_other_maps(world: World, owner: Person) -> None:
    told = kept(upload(owner))
    world.project(owner, id_="blog", name="Blog")
    for answer in (
        owner.get(f"/projects/blog/sourcemaps/{told['id']}"),
        owner.delete(f"/projects/blog/sourcemaps/{told['id']}"),
    ):
        assert error(answer)[:2] == (404, "NOT_FOUND")
    stranger = world.member("sam")
    for answer in (
        stranger.get(PATH),
        stranger.get(f"{PATH}/{told['id']}"),
        upload(stranger),
        stranger.delete(f"{PATH}?release=1"),
    ):
        assert error(answer)[:2] == (404, "NOT_FOUND")


@pytest.mark.parametrize("name", ["..%2F..%2Fgosight.db", "%2Fetc%2Fpasswd", "none", "%00"])
def test_no_other_file_is_handed_out(owner: Person, name: str) -> None:
    kept(upload(owner))
    assert error(owner.get(f"{PATH}/{name}"))[:2] == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("release", "expected"),
    [("1.4.0", ["first", None]), ("1.5.0", ["second", "third"]), ("2.0.0", [None, None]), (None, ["second", "third"])],
)
def test_a_stack_gets_the_maps_of_its_release(
    world: World, owner: Person, release: str | None, expected: list[str | None]
) -> None:
    ids: dict[str | None, str | None] = {None: None}
    for name, of, file in (
        ("first", "1.4.0", "/js/app.js"),
        ("second", "1.5.0", "app.js"),
        ("third", "1.5.0", "/js/lib.js"),
    ):
        ids[name] = kept(upload(owner, release=of, file=file))["id"]
        world.clock.forward(1)
    payload = {
        "message": "broke",
        "stack": f"f@{SITE}/js/app.js?v=1:1:2\ng@https://cdn.example/js/lib.js:3:4",
        "release": release,
    }
    send(world, world.key(owner, "shop", "write"), "v", "s", DESKTOP, [{"type": "js_error", "payload": payload}])
    assert maps_of(owner, "") == [ids[name] for name in expected]
    viewer = world.join(world.member("vera"), "shop", "viewer")
    assert maps_of(viewer, "") == [None, None]


@pytest.mark.parametrize(
    ("file", "path", "parts"),
    [
        ("app.js", "/assets/app.js", 1),
        ("/assets/app.js", "/assets/app.js", 2),
        ("assets/app.js", "/shop/assets/app.js", 2),
        ("dist/assets/app.js", "/assets/app.js", 2),
        ("/dist/assets/app.js", "/assets/app.js", 0),
        ("/assets/app.js", "/other/app.js", 0),
        ("lib/app.js", "/assets/app.js", 0),
        ("app.js", "/assets/my-app.js", 0),
    ],
)
def test_a_map_fits_where_paths_end_alike(file: str, path: str, parts: int) -> None:
    assert fit(file, path) == parts


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("https://a.example/js/app.js?v=1#x", "/js/app.js"),
        ("~/js/app.js", "/js/app.js"),
        ("./app.js", "app.js"),
        (" app.js ", "app.js"),
        ("webpack-internal:///./src/a.js", "/./src/a.js"),
    ],
)
def test_a_file_is_known_by_its_path(file: str, path: str) -> None:
    assert path_of(file) == path


@pytest.mark.parametrize("file", ["", "/", "https://a.example", "http://[bad/x.js", "a\x00.js"])
def test_what_names_no_file_is_refused(file: str) -> None:
    with pytest.raises(BadRequest, match="file: expected the address or the path"):
        path_of(file)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4_096])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
def test_pieces_may_be_of_any_size(tmp_path: Path, size: int, packed: bool) -> None:
    text = json.dumps(MAP).encode()
    body = gzip.compress(text, mtime=0) if packed else text
    with sourcemap_draft.Draft(tmp_path) as draft:
        for start in range(0, len(body), size):
            draft.write(body[start : start + size])
        assert draft.look_through().source_count == 2
        draft.keep("map")
    assert gzip.decompress((tmp_path / "map").read_bytes()) == text
    assert [file.name for file in tmp_path.iterdir()] == ["map"]
