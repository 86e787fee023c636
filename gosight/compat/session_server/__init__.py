"""Contract 3: an application tells when a person starts, pauses, resumes and ends.

Owns `timed_sessions`, `timed_steps`, `timed_pages` and `timed_mirror` in gosight.db. Reads control. What is told is
committed there, and then written to the project's events too (`mirror`), so that a timed session is a visit like any
other.
The figures of this slice count timed sessions alone.
"""

from gosight.compat.session_server.demo import fill
from gosight.compat.session_server.mirror import Mirror
from gosight.compat.session_server.sessions import TimedSessions

__all__ = ["Mirror", "TimedSessions", "fill"]
