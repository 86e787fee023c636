"""What happens right now, over WebSockets: carries what slices publish on the bus, and decides nothing.

Owns no table. `Realtime` answers `/api/v1/projects/{id}/realtime` (and the same under `/v1/`) before the framework sees
it: who is let in (`endpoint`), what is said (`model`), and everybody who is connected (`hub`), each with a `Connection`
that sends without ever keeping another waiting. `online` tells who is there now, for whoever comes anew.

Why not the framework's handler: with a task for each reader that waits for each frame, 20,000 messages a second take
two thirds of a core; handed to the server in one pass, and waited for only where a reader lags behind, a third of it.
"""

from gosight.realtime.endpoint import PATH, Realtime

__all__ = ["PATH", "Realtime"]
