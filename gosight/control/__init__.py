"""Members, projects, keys, logins and settings: who may do what, and what a project is.

Owns gosight.db's tables members, logins, refresh_tokens, projects, memberships, api_keys, invitations and secrets.
Everything that a request needs to know of them is answered from memory by `Directory`.
"""

from gosight.control.directory import Directory
from gosight.control.model import Access, KeyFact, Project, Settings, SignalSettings

__all__ = ["Access", "Directory", "KeyFact", "Project", "Settings", "SignalSettings"]
