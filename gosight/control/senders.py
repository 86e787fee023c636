"""Whoever sends to a project: which one their key opens, and whether a page of their origin may."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from gosight.control.directory import Directory
from gosight.control.model import Project
from gosight.kit.errors import Forbidden, Unauthorized


def project(directory: Directory, headers: Mapping[bytes, bytes], query: bytes) -> Project:
    """The project that a request's write key opens, by header or `?key=`. Raises where there is none, or where a page
    of this origin may not send."""
    given = key(headers, query)
    if not given:
        raise Unauthorized("expected a write key in the header X-GoSight-Key or in ?key=, got none")
    return opened(directory, given, headers)


def key(headers: Mapping[bytes, bytes], query: bytes) -> str:
    """What a request brings as its key, "" for nothing."""
    found = headers.get(b"x-gosight-key", b"").decode("latin-1")
    if not found and b"key=" in query:
        found = parse_qs(query.decode("latin-1")).get("key", [""])[0]
    return found


def opened(directory: Directory, key: str, headers: Mapping[bytes, bytes]) -> Project:
    """The project that this key may write to. Raises where it may not, or where a page of this origin may not send."""
    found = directory.project_by_write_key(key)
    if found is None:
        raise Unauthorized("this key is unknown, was revoked, or may not write")
    origin = headers.get(b"origin")
    if origin is not None and not found.allows_origin(origin.decode("latin-1")):
        raise Forbidden("pages of this origin may not send events: add its domain to the project's allowed domains")
    return found
