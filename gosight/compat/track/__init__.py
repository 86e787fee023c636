"""Contract 2's events: `/track` and `/track/batch`, as servers and `tracker.js` send them; the stream of what is stored
(Server-Sent Events) and the dashboard of the last hour.

Owns no table. What is tracked goes the way of native ingest (`gosight.ingest`): the same store, the same limits, the
same answer after the commit.

An `event_type` is stored as it was given, so that what the product understands (`page_view`, `click`, `js_error`,
`identify` and the like) means the same as in contract 0, and everything else is an event of the site's own.
"""

from gosight.compat.track.endpoint import Track
from gosight.compat.track.stream import PATH as STREAM_PATH
from gosight.compat.track.stream import EventStream

__all__ = ["STREAM_PATH", "EventStream", "Track"]
