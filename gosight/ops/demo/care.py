"""What the shop's developers did about its errors: maps of its builds uploaded, faults resolved and ignored."""

import msgspec

from gosight.analytics import ErrorStatus, Sourcemaps, fault_marks
from gosight.events import faults as fingerprints
from gosight.ops.demo import faults, sources
from gosight.store.sqlite import ControlFile

MAPPED = 6
"""Releases whose source maps are uploaded, the latest."""
CAME_BACK, STAYED, IGNORED = "order", "json", "gtag"
"""Resolved before the traffic comes, resolved after it, ignored."""

Decisions = dict[str, ErrorStatus]
BEFORE: Decisions = {CAME_BACK: ErrorStatus.resolved}
AFTER: Decisions = {STAYED: ErrorStatus.resolved, IGNORED: ErrorStatus.ignored}


def is_cared_for(control: ControlFile, project: int) -> bool:
    """Was anything decided already? Then it stays as it is."""
    return bool(fault_marks.of_project(control, project).faults)


def decide(control: ControlFile, project: int, decisions: Decisions, now: int) -> None:
    for fault in faults.FAULTS:
        if fault.name in decisions:
            payload = faults.payload(fault, "", "", {"n": 1, "s": 1})
            group = fingerprints.fault(msgspec.json.encode(payload).decode()).group
            fault_marks.mark(control, project, [group], decisions[fault.name], now)


def upload_maps(maps: Sourcemaps, project: int, now: int, days: int) -> None:
    """Of the last releases, the oldest first."""
    for release in sources.releases(now // 1_000, days, MAPPED):
        for bundle in sources.BUNDLES:
            with maps.draft(project) as draft:
                draft.write(sources.source_map(bundle, release))
                maps.keep(project, release, sources.built_file(bundle, release), draft)
