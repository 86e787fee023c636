"""Background work on the projects' files: what, how often, function."""

from gosight.events.files import EventFiles
from gosight.kit.jobs import Job


def jobs(files: EventFiles) -> list[Job]:
    return [
        Job("derive sessions, pages and signals", 5, files.derive),
        Job("find the faults of errors that came before there were faults", 5, files.catch_up),
        Job("derive from streams that somebody looks at", 1, files.keep_fresh),
        Job("add up days that are over", 30, files.add_up),
        Job("fold write-ahead logs into their files", 5, files.checkpoint),
        Job("forget ids of batches older than 7 days", 3_600, files.forget_seen),
        Job("close files that nobody uses", 60, files.close_idle),
    ]
