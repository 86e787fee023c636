"""Source maps, as they are told of."""

import msgspec

from gosight.analytics.sourcemaps import Sourcemap
from gosight.kit.clock import iso_of


class SourcemapItem(msgspec.Struct, frozen=True, kw_only=True):
    """`file` is the path of the minified file that it is for. Sizes in bytes, `size` gzipped. `has_content`: it holds
    the text of its sources, so that the lines around a place can be shown."""

    id: str
    release: str
    file: str
    size: int
    unpacked_size: int
    source_count: int
    has_content: bool
    uploaded_at: str


class RemovedMaps(msgspec.Struct, frozen=True, kw_only=True):
    removed: int


def sourcemap_item(kept: Sourcemap) -> SourcemapItem:
    return SourcemapItem(
        id=kept.id,
        release=kept.release,
        file=kept.file,
        size=kept.size,
        unpacked_size=kept.unpacked_size,
        source_count=kept.source_count,
        has_content=kept.has_content,
        uploaded_at=iso_of(kept.uploaded_at),
    )
