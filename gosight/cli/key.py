"""gosight key add."""

from argparse import ArgumentParser, Namespace

from gosight.cli.terminal import Commands, answer, control
from gosight.control import keys, projects
from gosight.kit.clock import system_clock


def add(commands: Commands, common: ArgumentParser) -> None:
    parser = commands.add_parser("key", help="API keys of a project")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("add", parents=[common], help="make a key; it is shown once")
    new.add_argument("project", help="id or slug")
    new.add_argument("--name", required=True, help="what it is for")
    new.add_argument("--permissions", required=True, metavar="LIST", help="write, read, admin; separated by commas")
    new.set_defaults(run=add_key)


def add_key(args: Namespace) -> int:
    wanted = [part.strip() for part in args.permissions.split(",") if part.strip()]
    with control(args) as file:
        project = projects.by_ref(file, args.project)
        made = keys.create(file, project.number, name=args.name, permissions=wanted, now=system_clock())
    text = f"A key of {project.id} to {', '.join(made.permissions)}, shown this once:\n{made.key}"
    return answer(args, {"id": made.id, "key": made.key}, text)
