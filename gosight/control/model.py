"""What control speaks: projects, their settings, members and their keys. Moments are microseconds since 1970, UTC."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gosight.control import domains
from gosight.kit.access import Caller, Grant, Role
from gosight.kit.zones import zone

Percent = Annotated[int, Meta(ge=0, le=100)] | Annotated[float, Meta(ge=0, le=100)]
Window = Annotated[int, Meta(ge=100, le=60_000)]
"""Milliseconds."""
REFRESH_COOKIE = "gosight_refresh"
STREAM_COOKIE = "gosight_stream"
"""Lets the dashboard's pages listen to event streams, to which browsers send no header."""
Selector = Annotated[str, Meta(min_length=1, max_length=500)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A branch of the settings tree: a name that is not in it is an error."""


class EventSettings(_Part, frozen=True, kw_only=True):
    """What the SDK sends by itself."""

    session: bool = True
    page: bool = True
    click: bool = True
    scroll: bool = True
    mouse: bool = True
    error: bool = True
    replay: bool = True


class PrivacySettings(_Part, frozen=True, kw_only=True):
    maskAllInputs: bool = True
    blockSelectors: Annotated[tuple[Selector, ...], Meta(max_length=100)] = ()
    """CSS selectors of what never leaves the browser."""
    anonymizeIp: bool = False
    """Addresses are dropped or cut to their /24 or /48."""
    storage: Literal["local", "none"] = "local"
    """`none`: nothing is stored in the browser, a daily salted hash stands in for the visitor."""
    respectDoNotTrack: bool = False
    respectGpc: bool = True


class SamplingSettings(_Part, frozen=True, kw_only=True):
    """Percent of sessions."""

    sessionSampleRate: Percent = 100
    replaySampleRate: Percent = 100
    """Where `replay.mode` is `share`."""


class ReplaySettings(_Part, frozen=True, kw_only=True):
    """What is recorded, where `events.replay` is on."""

    mode: Literal["always", "share", "trouble"] = "share"
    """`share`: as many sessions as `sampling.replaySampleRate` says; `trouble`: those in which something went wrong (an
    error, a rage click, one of `triggerEvents`), from 30 s before."""
    triggerEvents: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=50)] = ()
    """Names of events that count as trouble."""
    console: bool = True
    network: bool = True
    keepQueryOf: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=253)], ...], Meta(max_length=100)] = ()
    """Hosts whose addresses are recorded with their query."""


class SignalSettings(_Part, frozen=True, kw_only=True):
    """When a visit counts as frustrated (spec/README, "Signals"). Windows in milliseconds, distances in CSS pixels. A
    change counts for what is received from then on: signals that were found stay."""

    rage_clicks: Annotated[int, Meta(ge=2, le=100)] = 5
    rage_window_ms: Window = 2_000
    rage_radius_px: Annotated[int, Meta(ge=1, le=2_000)] = 50
    dead_window_ms: Window = 1_000
    error_window_ms: Window = 1_000
    thrash_turns: Annotated[int, Meta(ge=2, le=1_000)] = 10
    thrash_angle_degrees: Annotated[int, Meta(ge=1, le=179)] = 90
    thrash_window_ms: Window = 2_000
    thrash_speed_px_s: Annotated[int, Meta(ge=1, le=100_000)] = 500


class EarlierSignals(msgspec.Struct, frozen=True):
    """Numbers that held until a moment (microseconds)."""

    until: int
    signals: SignalSettings


class PublicSettings(_Part, frozen=True, kw_only=True):
    """What answers to everybody, without a token (contract 3)."""

    summary: bool = False
    """`/api/sessions/public-summary`."""
    timeline: bool = False
    """`/api/sessions/public-timeline`."""
    pageTrack: bool = False
    """`/api/pages/track`."""


class Settings(_Part, frozen=True, kw_only=True):
    """Everything that a project may decide for itself."""

    timezone: str = "UTC"
    session_timeout_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 30
    """Quiet minutes after which a visitor without a session id of their own begins a new session."""
    events: EventSettings = EventSettings()
    privacy: PrivacySettings = PrivacySettings()
    sampling: SamplingSettings = SamplingSettings()
    replay: ReplaySettings = ReplaySettings()
    signals: SignalSettings = SignalSettings()
    timed_session_timeout_hours: Annotated[int, Meta(ge=1, le=8_760)] = 24
    """Hours without a request after which a timed session that nobody ended is closed."""
    public: PublicSettings = PublicSettings()

    def __post_init__(self) -> None:
        zone(self.timezone)


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A site or an application. `number` names its folder and its catalog; it is never given out twice."""

    number: int
    id: str
    slug: str
    name: str
    allowed_domains: tuple[str, ...] = ()
    settings: Settings = Settings()
    earlier_signals: tuple[EarlierSignals, ...] = ()
    """Oldest first. A change of `settings.signals` counts from then on."""
    created_at: int

    def allows_origin(self, origin: str) -> bool:
        """May a page of this origin (`https://example.com`) send events? `null` (a file, a sandbox) never may."""
        return origin != "null" and (not self.allowed_domains or domains.allows(self.allowed_domains, origin))


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, about which project, and what they may do there."""

    project: Project
    grant: Grant
    caller: Caller


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who signs in to GoSight."""

    id: str
    email: str
    name: str
    created_at: int


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """A member as one project sees them."""

    user_id: str
    email: str
    name: str
    role: Role
    joined_at: int


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may join a project until `expires_at`."""

    id: str
    email: str
    role: Role
    created_at: int
    expires_at: int


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as it can be shown: its secret is kept as a digest alone."""

    id: str
    name: str
    key_prefix: str
    permissions: tuple[str, ...]
    last_used_at: int | None
    created_at: int


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in on one device."""

    id: str
    member_id: str
    created_at: int
    last_used_at: int
    expires_at: int
    ip: str | None
    user_agent: str | None


class KeyFact(msgspec.Struct, frozen=True, kw_only=True):
    """What a presented key opens."""

    id: str
    project: Project
    permissions: frozenset[str]


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """The device behind a request. `is_dashboard` keeps its refresh token in a cookie."""

    address: str
    user_agent: str | None = None
    is_secure: bool = False
    """Does it speak TLS, to us or to a proxy that we trust?"""
    is_dashboard: bool = False
    refresh_cookie: str | None = None
    """Read only where the dashboard's own header is there, which no other site can send."""

    @classmethod
    def of(cls, address: str, headers: Mapping[str, str], cookies: Mapping[str, str], *, is_secure: bool) -> "Client":
        dashboard = headers.get("x-gosight-client") == "dashboard"
        return cls(
            address=address,
            user_agent=headers.get("user-agent"),
            is_secure=is_secure,
            is_dashboard=dashboard,
            refresh_cookie=cookies.get(REFRESH_COOKIE) if dashboard else None,
        )
