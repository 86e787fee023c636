"""Members, projects, keys, logins and settings: who may do what, and what a project is.

Owns gosight.db's tables members, logins, refresh_tokens, projects, memberships, api_keys, invitations and secrets.
Everything that a request needs to know of them is answered from memory by `Directory`.
"""

from gosight.control import fields, keys, members, passwords, projects, senders, setup, streaming
from gosight.control.control import Control
from gosight.control.directory import Directory
from gosight.control.door import is_this_machine
from gosight.control.model import (
    Access,
    Client,
    EventSettings,
    KeyFact,
    PrivacySettings,
    Project,
    ReplaySettings,
    SamplingSettings,
    Settings,
    SignalSettings,
)
from gosight.control.rates import Rates

__all__ = [
    "Access",
    "Client",
    "Control",
    "Directory",
    "EventSettings",
    "KeyFact",
    "PrivacySettings",
    "Project",
    "Rates",
    "ReplaySettings",
    "SamplingSettings",
    "Settings",
    "SignalSettings",
    "fields",
    "is_this_machine",
    "keys",
    "members",
    "passwords",
    "projects",
    "senders",
    "setup",
    "streaming",
]
