"""Background work of the outbox: what, how often, function."""

from collections.abc import Callable

from gosight.config import Config
from gosight.kit.clock import Clock
from gosight.kit.jobs import Job
from gosight.outbox import deliveries
from gosight.outbox.courier import Courier, Sends
from gosight.outbox.reach import Reach
from gosight.store.sqlite import ControlFile


def sending(config: Config, reach: Reach, clock: Clock) -> Callable[[], Sends]:
    """What makes the courier able to send, the first time that there is something to send."""

    def make() -> Sends:
        from gosight.outbox.sending import Sending  # noqa: PLC0415 (0.2 s of imports, and many servers never send)

        return Sending(config.mail, config.telegram, reach, config.host_name, clock)

    return make


def jobs(courier: Courier, file: ControlFile, clock: Clock, keep_days: int) -> list[Job]:
    return [
        Job("send what waits in the outbox", 1, courier.turn, courier.wake),
        Job("remove old deliveries", 3_600, lambda: deliveries.remove_old(file, clock(), keep_days)),
    ]
