"""What happened on a project's site: events as sent, and what is derived: sessions, page visits, signals, errors.

Owns each project's events.duckdb. Everything is written by the project's one `Writer`; `EventFile.reading` answers with
a cursor that tells of everything acknowledged before.

Publishes on the bus: `event` and `session.start` (`live`).
"""

from gosight.events import anonymous, faults
from gosight.events.agents import read as read_agent
from gosight.events.commit import batch_hash
from gosight.events.files import EventFile, EventFiles
from gosight.events.geo import Geo, truncate
from gosight.events.gist import gist
from gosight.events.live import ONLINE, MissedEvent, Pace
from gosight.events.model import MAX_ID, NO_PAYLOAD, EventIn, Origin, Outcome, Parcel, Recorded, Submission
from gosight.events.payloads import payload_object
from gosight.events.rules import Earlier, Rules
from gosight.events.signals import SignalType, Thresholds
from gosight.events.stacks import Frame, file_of, frames
from gosight.events.urls import MAX_URL, split
from gosight.events.visitors import OF_A_USER, shown_visitor

__all__ = [
    "MAX_ID",
    "MAX_URL",
    "NO_PAYLOAD",
    "OF_A_USER",
    "ONLINE",
    "Earlier",
    "EventFile",
    "EventFiles",
    "EventIn",
    "Frame",
    "Geo",
    "MissedEvent",
    "Origin",
    "Outcome",
    "Pace",
    "Parcel",
    "Recorded",
    "Rules",
    "SignalType",
    "Submission",
    "Thresholds",
    "anonymous",
    "batch_hash",
    "faults",
    "file_of",
    "frames",
    "gist",
    "payload_object",
    "read_agent",
    "shown_visitor",
    "split",
    "truncate",
]
