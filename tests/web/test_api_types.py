"""The dashboard's types are made from a kept copy of openapi.json; it must say what the server says."""

import json
from pathlib import Path

import gosight
from tests.world import World

KEPT = Path(gosight.__file__).parent / "web" / "dashboard" / "api" / "openapi.json"
RENEW = (
    "the API changed. With a server running: "
    "curl -s http://127.0.0.1:8000/api/v1/openapi.json | python3 -m json.tool --indent 1 --no-ensure-ascii "
    f"> {KEPT.name} in {KEPT.parent}, then npm run api-types in gosight/web; svelte-check says what no longer fits"
)


def test_the_dashboards_copy_of_the_description_says_what_the_server_says(world: World) -> None:
    said = world.nobody.get("/openapi.json").json()
    kept = json.loads(KEPT.read_text())
    for part in ("paths", "components"):
        assert kept[part] == said[part], RENEW
