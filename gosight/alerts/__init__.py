"""Alerts: rules over a project's figures, judged every 30 seconds from the store, and the history of what fired.

Owns gosight.db's tables alert_rules, alert_states, alert_history and alert_progress. Reads what `events` keeps, tells
channels through `outbox`, publishes `alert.triggered` on the bus.

A condition is judged over windows that end at every full and half minute. A rule, or each of its groups, fires once
when its condition begins to hold and is resolved when it holds no more; it does not fire again within its cooldown,
counted from when it fired, nor while it fires. A rule that is changed, paused or deleted ends what fires of it.
"""

from gosight.alerts import past
from gosight.alerts.evaluate import Alerts
from gosight.alerts.model import Condition
from gosight.alerts.rules import Wish

__all__ = ["Alerts", "Condition", "Wish", "past"]
