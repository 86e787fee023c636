"""gosight user add, gosight user password."""

from argparse import ArgumentParser, Namespace

from gosight.cli.terminal import Commands, Refused, answer, control, password
from gosight.control import fields, members, passwords
from gosight.kit.clock import system_clock


def add(commands: Commands, common: ArgumentParser) -> None:
    parser = commands.add_parser("user", help="members: who may sign in")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("add", parents=[common], help="make a member")
    new.add_argument("email")
    new.add_argument("--name", help="default: the part of the address before the @")
    new.set_defaults(run=add_user)
    change = verbs.add_parser("password", parents=[common], help="set a member's password, and sign them out")
    change.add_argument("email")
    change.set_defaults(run=set_password)
    for verb in (new, change):
        verb.add_argument("--password-stdin", action="store_true", help="read the password from stdin")


def add_user(args: Namespace) -> int:
    """The first member made here voids the set-up link."""
    email = fields.email(args.email)
    name = fields.title(args.name if args.name is not None else email.partition("@")[0])
    password_hash = passwords.hashed(fields.password(password(args)))
    with control(args) as file, file.write() as transaction:
        made = members.add(transaction, email=email, name=name, password_hash=password_hash, now=system_clock())
    return answer(args, {"id": made.id, "email": made.email}, f"{made.email} may sign in now.")


def set_password(args: Namespace) -> int:
    email = fields.email(args.email)
    with control(args) as file:
        account = members.by_email(file, email)
        if account is None:
            raise Refused(f"there is no member {email}")
        members.change(file, account.id, password_hash=passwords.hashed(fields.password(password(args))))
    text = f"The password of {email} is changed, and they are signed out everywhere."
    return answer(args, {"id": account.id, "email": account.email}, text)
