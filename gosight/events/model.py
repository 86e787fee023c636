"""What the events slice speaks: incoming events, the parcels they travel in, rows as stored."""

from collections.abc import Callable

import msgspec

from gosight.kit.errors import GoSightError

MAX_ID = 256
"""Characters of an id that a client may give (visitor, session, user, event, batch)."""


NO_PAYLOAD = msgspec.Raw(b"null")


class EventIn(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One event as a client sends it; after intake also the row as it is stored, so that no second object is made.

    The fields named with `#` can't be set by a client to any effect: intake and writer overwrite them.
    """

    type: str
    ts: str | int | float | None = None
    url: str | None = None
    referrer: str | None = None
    name: str | None = None
    id: str | None = None
    payload: msgspec.Raw = NO_PAYLOAD
    visitor_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    seq: int = msgspec.field(default=0, name="#q")
    session_no: int = msgspec.field(default=0, name="#s")
    at: int = msgspec.field(default=0, name="#t")
    received: int = msgspec.field(default=0, name="#r")
    path: str | None = msgspec.field(default=None, name="#p")
    whole: str | None = None
    """A large payload as it came; `payload` is then its gist."""


EVENT_COLUMNS = (
    '{"#q":"BIGINT","#s":"BIGINT","#t":"BIGINT","#r":"BIGINT","type":"VARCHAR","name":"VARCHAR","url":"VARCHAR",'
    '"#p":"VARCHAR","user_id":"VARCHAR","id":"VARCHAR","payload":"JSON"}'
)
"""How DuckDB reads an encoded `EventIn`; what else stands in the text it leaves out."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a request came from and what it said of the browser. `ip` is already cut where the project anonymises."""

    ip: str | None = None
    user_agent: str | None = None
    screen: str | None = None
    viewport: str | None = None
    language: str | None = None
    timezone: str | None = None
    allowed_domains: tuple[str, ...] = ()


class Parcel(msgspec.Struct, kw_only=True):
    """Events of one visitor in one session, in the order sent.

    `session_id` None: the visitor's session by the 30-minute rule. `visitors` are the ids the visitor may go by, the
    first for a new session (an anonymous one has yesterday's too, shortly after midnight).
    """

    visitors: tuple[str, ...]
    session_id: str | None
    origin: Origin
    events: list[EventIn]


class Recorded(msgspec.Struct, kw_only=True):
    """A piece of a session's recording, which is kept elsewhere. `parcel` tells whose it is and has no events; `index`
    is the piece's place in the recording, times are microseconds."""

    parcel: Parcel
    index: int
    starts_at: int
    ends_at: int


class Submission(msgspec.Struct, kw_only=True):
    """One request's events on their way to the disk. `hashes` name its batch; `size` in bytes bounds the queue."""

    parcels: list[Parcel]
    recorded: tuple[Recorded, ...] = ()
    received: int
    batch_hash: int | None
    size: int
    session_gap: int
    """Microseconds without a request after which a visitor's session is over (only where none is given)."""
    tell: "Callable[[Outcome | GoSightError], None] | None" = None
    """Who gets what became of it, on the writer's thread, instead of whoever gets all the rest."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a submission: how many rows were stored, and events that DuckDB itself refused."""

    stored: int
    refused: tuple[EventIn, ...] = ()


class SessionRow(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Who and where from: what is the same for a whole visit. Times in microseconds."""

    session_no: int
    session_id: str
    session_hash: int
    visitor_id: str
    visitor_hash: int
    context_at: int
    last_received_at: int
    is_bot: bool
    browser: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    device_type: str | None = None
    screen: str | None = None
    viewport: str | None = None
    language: str | None = None
    timezone: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    ip: str | None = None
    is_new: bool = False
    """The session begins with this row; else the row corrects one."""
    entry_at: int | None = None
    referrer: str | None = None
    source: str = "direct"
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None


_TYPES = {
    "session_no": "BIGINT",
    "session_hash": "BIGINT",
    "visitor_hash": "BIGINT",
    "context_at": "BIGINT",
    "last_received_at": "BIGINT",
    "is_bot": "BOOLEAN",
    "is_new": "BOOLEAN",
    "entry_at": "BIGINT",
}
SESSION_COLUMNS = (
    "{" + ",".join(f'"{name}":"{_TYPES.get(name, "VARCHAR")}"' for name in SessionRow.__struct_fields__) + "}"
)
"""How DuckDB reads an encoded `SessionRow`."""
