"""Background work of control: what, how often, function."""

from gosight.control import invitations, logins
from gosight.control.control import Control
from gosight.kit.jobs import Job


def jobs(control: Control) -> list[Job]:
    return [
        Job("when keys and logins were last used", 60, control.directory.write_last_used),
        Job("remove logins that are over", 3_600, lambda: logins.remove_expired(control.file, control.clock())),
        Job(
            "remove invitations that are over", 3_600, lambda: invitations.remove_expired(control.file, control.clock())
        ),
    ]
