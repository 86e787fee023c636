"""Background work of alerts: what, how often, function."""

from gosight.alerts.evaluate import Alerts
from gosight.kit.jobs import Job


def jobs(alerts: Alerts) -> list[Job]:
    """Windows end every 30 s; to look more often only shortens the wait for the news."""
    return [Job("judge alerts", 10, alerts.look)]
