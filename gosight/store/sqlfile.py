"""SQL lives in files beside the slice that owns it; this reads them once."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


@cache
def sql(slice_: str, name: str) -> str:
    """The statement in `gosight/<slice>/sql/<name>.sql`."""
    return (PACKAGE / slice_ / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def schema(database: str) -> list[tuple[str, str]]:
    """The migrations of one database, in order: (name, statements)."""
    folder = PACKAGE / "store" / "schema" / database
    return [(file.stem, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.sql"))]


def statements(text: str) -> list[str]:
    """Single statements of a migration: they end in `;` at the end of a line."""
    parts: list[str] = []
    current: list[str] = []
    for line in text.splitlines():
        if line.strip().startswith("--") and not current:
            continue
        current.append(line)
        if line.rstrip().endswith(";"):
            parts.append("\n".join(current).strip().rstrip(";"))
            current = []
    if any(line.strip() for line in current):
        raise ValueError(f"a statement does not end in ';': {' '.join(current)[:80]}")
    return [part for part in parts if part]
