"""Background work on recordings: what, how often, function."""

from gosight.kit.jobs import Job
from gosight.replay.expiry import Expiry
from gosight.replay.replays import Replays


def jobs(replays: Replays, expiry: Expiry) -> list[Job]:
    return [
        Job("close replay files that nobody uses", 60, replays.close_idle),
        Job("remove recordings whose time is over", 3_600, expiry.run),
    ]
