import asyncio
import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gosight.web.assets import DIST, TYPES, Assets


class Answer(msgspec.Struct):
    status: int
    headers: dict[str, str]
    body: bytes


def ask(assets: Assets, path: str, method: str = "GET", **headers: str) -> Answer:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: Any = {"type": "http", "method": method, "path": path, "headers": raw}
    asyncio.run(assets.serve(scope, receive, send))
    received = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], received, b"".join(part["body"] for part in sent[1:]))


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    files = {
        "app/index.html": b"<title>GoSight</title>",
        "app/frame.html": b"<title>Recording</title>",
        "app/assets/index-1a2b3c4d.js": b"run()",
        "gosight.js": b"sdk()" * 100,
        "gosight.mjs": b"export default sdk",
        "gosight.d.ts": b"export {}",
        "tracker.js": b"var AnalyticsTracker",
        "tracker.mjs": b"export default AnalyticsTracker",
        "geo/dbip-country.mmdb": b"countries",
        ".built": b"stamp",
    }
    for name, body in files.items():
        file = tmp_path / "dist" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        if file.suffix in TYPES:
            file.with_name(file.name + ".gz").write_bytes(gzip.compress(body))
    (tmp_path / "secret.js").write_bytes(b"not yours")
    return tmp_path / "dist"


@pytest.fixture
def assets(dist: Path) -> Assets:
    return Assets(dist)


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/gosight.js", "text/javascript", "public, max-age=300"),
        ("/gosight.mjs", "text/javascript", "public, max-age=300"),
        ("/gosight.d.ts", "text/plain", "public, max-age=300"),
        ("/app/assets/index-1a2b3c4d.js", "text/javascript", "public, max-age=31536000, immutable"),
        ("/app", "text/html", "no-cache"),
        ("/app/", "text/html", "no-cache"),
        ("/app/index.html", "text/html", "no-cache"),
        ("/app/p/shop/sessions", "text/html", "no-cache"),
        ("/app/p/shop/visitors/user:bob.smith", "text/html", "no-cache"),
    ],
)
def test_serves(assets: Assets, path: str, kind: str, cache: str) -> None:
    answer = ask(assets, path)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == cache
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/app/assets/gone-1a2b3c4d.js",
        "/app/assets/../../secret.js",
        "/../secret.js",
        "//secret.js",
        "/geo/dbip-country.mmdb",
        "/.built",
        "/gosight.js.gz",
        "/gosight.js/",
        "/",
        "",
    ],
)
def test_has_nothing_at(assets: Assets, path: str) -> None:
    answer = ask(assets, path)
    assert answer.status == 404
    assert msgspec.json.decode(answer.body)["error"]["code"] == "NOT_FOUND"


def test_a_path_out_of_the_dashboard_is_only_the_dashboard(assets: Assets) -> None:
    assert ask(assets, "/app/../../secret.js").body == b"<title>GoSight</title>"


def test_sends_the_compressed_file_to_who_takes_it(assets: Assets) -> None:
    answer = ask(assets, "/gosight.js", accept_encoding="br, gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.body) == b"sdk()" * 100


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_sends_the_plain_file_to_who_does_not(assets: Assets, accepted: str) -> None:
    answer = ask(assets, "/gosight.js", accept_encoding=accepted)
    assert "content-encoding" not in answer.headers
    assert answer.body == b"sdk()" * 100


@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_who_has_the_file_is_told_so(assets: Assets, accepted: str) -> None:
    etag = ask(assets, "/gosight.js", accept_encoding=accepted).headers["etag"]
    for asked in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = ask(assets, "/gosight.js", accept_encoding=accepted, if_none_match=asked)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
    assert ask(assets, "/gosight.js", if_none_match='"other"').status == 200


def test_head_is_get_without_the_body(assets: Assets) -> None:
    answer = ask(assets, "/gosight.js", method="HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "500")


def test_other_methods_are_told_which_work(assets: Assets) -> None:
    answer = ask(assets, "/app/", method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_the_dashboard_may_run_nothing_but_its_own_files(assets: Assets) -> None:
    headers = ask(assets, "/app/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"


def test_recorded_pages_have_a_policy_of_their_own(assets: Assets) -> None:
    answer = ask(assets, "/app/frame.html")
    policy = answer.headers["content-security-policy"]
    assert answer.body == b"<title>Recording</title>"
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "connect-src 'none'; frame-src 'none'; object-src 'none'" in policy
    assert policy.endswith("frame-ancestors 'self'")
    assert "frame-src 'self'" in ask(assets, "/app/").headers["content-security-policy"]


def test_other_sites_may_load_the_sdk_and_not_the_dashboard(assets: Assets) -> None:
    assert ask(assets, "/gosight.mjs").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in ask(assets, "/app/").headers


def test_says_what_to_do_where_nothing_is_built(tmp_path: Path) -> None:
    for path in ("/app/", "/gosight.js"):
        answer = ask(Assets(tmp_path / "dist"), path)
        assert answer.status == 503
        assert "npm run build" in msgspec.json.decode(answer.body)["error"]["message"]


@pytest.mark.skipif(not (DIST / "app" / "index.html").is_file(), reason="the front end is not built")
class TestTheBuiltFiles:
    def test_each_can_be_served(self) -> None:
        assets = Assets()
        for file in DIST.rglob("*"):
            kept_back = "geo" in file.parts or file.suffix == ".gz" or file.name == ".built"
            if file.is_file() and not kept_back:
                found = assets.find("/" + file.relative_to(DIST).as_posix())
                assert found is not None, f"{file.name} is of a kind that assets.py does not serve"
                assert found.body == file.read_bytes()

    @pytest.mark.parametrize("name", ["index.html", "frame.html"])
    def test_the_pages_of_the_dashboard_have_nothing_inline(self, name: str) -> None:
        page = (DIST / "app" / name).read_text()
        assert "<style" not in page
        assert " style=" not in page
        assert page.count("<script") == page.count("src=")
        assert "http" not in page


@pytest.mark.parametrize(
    ("mode", "body"),
    [
        ("", b"var AnalyticsTracker"),
        ("no-cors", b"var AnalyticsTracker"),
        ("cors", b"export default AnalyticsTracker"),
    ],
    ids=["unknown", "a script tag", "an import"],
)
def test_one_address_is_a_script_or_a_module_as_it_is_fetched(assets: Assets, mode: str, body: bytes) -> None:
    answer = ask(assets, "/tracker.js", **({"sec_fetch_mode": mode} if mode else {}))
    assert answer.body == body
    assert answer.headers["vary"] == "Accept-Encoding, Sec-Fetch-Mode"
    assert ask(assets, "/gosight.js", sec_fetch_mode="cors").body == b"sdk()" * 100
