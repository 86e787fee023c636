"""Background work on timed sessions: what, how often, function."""

from gosight.compat.session_server.sessions import TimedSessions
from gosight.control import Directory
from gosight.kit.jobs import Job


def jobs(timed: TimedSessions, directory: Directory) -> list[Job]:
    """The mirror's turn comes soon after a start: what a crash kept from the events is written then."""
    return [
        Job("write timed sessions to the events", 5, timed.mirror.catch_up),
        Job("close timed sessions that nobody ended", 60, lambda: timed.close_left(directory)),
    ]
