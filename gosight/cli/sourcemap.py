"""gosight sourcemap upload."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from gosight.analytics import Sourcemap, Sourcemaps
from gosight.cli.maps import sourcemaps
from gosight.cli.terminal import Commands, Refused, answer, control
from gosight.control import projects
from gosight.kit.errors import GoSightError

_PIECE = 256 * 1024
_ENDS = (".map", ".map.gz")


def add(commands: Commands, common: ArgumentParser) -> None:
    parser = commands.add_parser("sourcemap", help="source maps: stacks of errors with the original lines")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    upload = verbs.add_parser("upload", parents=[common], help="keep the source maps of a release")
    upload.add_argument("project", help="id or slug")
    upload.add_argument("--release", required=True, metavar="R", help="what the site tells as its release")
    upload.add_argument("files", nargs="+", metavar="FILES", help=".map files, or folders in which they are")
    upload.add_argument(
        "--url-prefix",
        metavar="URL",
        help="where the minified files are on the site, such as /assets; default: anywhere",
    )
    upload.set_defaults(run=upload_maps)


def upload_maps(args: Namespace) -> int:
    found = list(_found(args.files, args.url_prefix))
    kept: list[Sourcemap] = []
    failed: list[str] = []
    with control(args) as file:
        project = projects.by_ref(file, args.project)
        maps = sourcemaps(args, file)
        for path, minified in found:
            try:
                kept.append(_keep(maps, project.number, args.release, path, minified))
            except (GoSightError, OSError) as problem:
                failed.append(f"{path}: {problem}")
    lines = [*map(_told, kept), f"{len(kept)} source maps of release {args.release} are kept in {project.id}."]
    result = {"project": project.id, "release": args.release, "files": [one.file for one in kept], "failed": failed}
    answer(args, result, "\n".join(lines))
    if failed:
        raise Refused(f"{len(failed)} of {len(found)} were not kept: {'; '.join(failed)}")
    return 0


def _told(one: Sourcemap) -> str:
    text = "" if one.has_content else ", without their text: lines around a place can't be shown"
    return f"{one.file}: {one.source_count} sources{text}"


def _found(files: list[str], prefix: str | None) -> Iterator[tuple[Path, str]]:
    """Each map with the path of the minified file it is for."""
    for name in files:
        given = Path(name)
        if not given.exists():
            raise Refused(f"there is no file or folder {name}")
        inside = sorted(path for path in given.rglob("*") if path.name.endswith(_ENDS)) if given.is_dir() else [given]
        if not inside:
            raise Refused(f"there is no .map file in {name}")
        for path in inside:
            yield path, _minified(path, given if given.is_dir() else given.parent, prefix)


def _minified(path: Path, folder: Path, prefix: str | None) -> str:
    if not path.name.endswith(_ENDS):
        raise Refused(f"{path} does not end in .map; expected the source map that was built beside it")
    relative = path.relative_to(folder).as_posix().removesuffix(".gz").removesuffix(".map")
    return relative if prefix is None else f"{prefix.rstrip('/')}/{relative}"


def _keep(maps: Sourcemaps, project: int, release: str, path: Path, minified: str) -> Sourcemap:
    with path.open("rb") as file, maps.draft(project) as draft:
        while piece := file.read(_PIECE):
            draft.write(piece)
        return maps.keep(project, release, minified, draft)
