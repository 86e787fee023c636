"""Members, projects, keys, logins and settings: who may do what, and what a project is.

Owns gosight.db's tables members, logins, refresh_tokens, projects, memberships, api_keys, invitations and secrets.
Everything that a request needs to know of them is answered from memory by `Directory`.
"""

from gosight.control.control import Control
from gosight.control.directory import Directory
from gosight.control.door import is_this_machine
from gosight.control.model import Access, Client, KeyFact, Project, Settings, SignalSettings

__all__ = [
    "Access",
    "Client",
    "Control",
    "Directory",
    "KeyFact",
    "Project",
    "Settings",
    "SignalSettings",
    "is_this_machine",
]
