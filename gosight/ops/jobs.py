"""What ops does in the background."""

from gosight.kit.jobs import Job
from gosight.ops.history import STEP_SECONDS, History


def jobs(history: History) -> list[Job]:
    return [Job("system", STEP_SECONDS, history.sample)]
