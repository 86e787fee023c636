"""Believable traffic for trying the product: a shop of planners and templates, its visitors and what they do.

`traffic(seed, days, events, now)` yields visits in order of time, and `film` recordings of some of them; the same
arguments give the same bytes. Nothing is stored or sent here.
"""

from gosight.ops.demo import care, deliver, film, watch
from gosight.ops.demo.deliver import Delivered
from gosight.ops.demo.script import Event
from gosight.ops.demo.traffic import traffic
from gosight.ops.demo.visits import Batch, Visit

__all__ = ["Batch", "Delivered", "Event", "Visit", "care", "deliver", "film", "traffic", "watch"]
