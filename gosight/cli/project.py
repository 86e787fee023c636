"""gosight project add, gosight project secret."""

from argparse import ArgumentParser, Namespace

from gosight.cli.terminal import Commands, Refused, answer, config, control
from gosight.control import fields, members, projects
from gosight.kit.clock import system_clock
from gosight.store.sqlite import ControlFile


def add(commands: Commands, common: ArgumentParser) -> None:
    parser = commands.add_parser("project", help="projects: the sites that are measured")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("add", parents=[common], help="make a project, with a key for its pages")
    new.add_argument("name")
    new.add_argument("--id", help="default: a random one")
    new.add_argument(
        "--domain", action="append", default=[], metavar="D", help="whose pages may send; repeat it; default: all"
    )
    new.add_argument("--owner", metavar="EMAIL", help="a member; default: whoever became one first")
    new.set_defaults(run=add_project)
    secret = verbs.add_parser("secret", parents=[common], help="make a new signing secret, which voids the one before")
    secret.add_argument("project", help="id or slug")
    secret.set_defaults(run=renew_secret)


def add_project(args: Namespace) -> int:
    with control(args) as file:
        made = projects.create(
            file,
            system_clock(),
            name=args.name,
            id_=args.id,
            allowed_domains=args.domain,
            owner=_member(file, args.owner) if args.owner is not None else None,
        )
    project = made.project
    settings = config(args)
    tag = f'<script defer src="{settings.public_url}/gosight.js" data-key="{made.api_key}"></script>'
    text = f"Project {project.name}: id {project.id}, slug {project.slug}.\nIts pages need this line:\n\n{tag}\n"
    if not settings.server.public_url:
        text += "\nserver.public_url is not set: put the address there at which browsers reach your server.\n"
    return answer(args, {"id": project.id, "slug": project.slug, "api_key": made.api_key}, text)


def renew_secret(args: Namespace) -> int:
    with control(args) as file:
        project = projects.by_ref(file, args.project)
        secret = projects.new_signing_secret(file, project)
    text = f"The signing secret of {project.id}, shown this once:\n{secret}"
    return answer(args, {"id": project.id, "signing_secret": secret}, text)


def _member(file: ControlFile, email: str) -> str:
    account = members.by_email(file, fields.email(email))
    if account is None:
        raise Refused(f"there is no member {email}; make one first: gosight user add {email}")
    return account.id
