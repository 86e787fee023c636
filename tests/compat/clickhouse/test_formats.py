"""Every format against bytes worked out by hand, and Native against the reader of clickhouse-connect."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest
from clickhouse_connect.driver.ctypes import RespBuffCls
from clickhouse_connect.driver.query import QueryContext, QueryResult
from clickhouse_connect.driver.transform import NativeTransform
from hypothesis import given
from hypothesis import strategies as st

from gosight.compat.clickhouse import formats
from gosight.compat.clickhouse.columns import of
from gosight.compat.clickhouse.formats import Table

NAMES = ["page", "views", "at"]
ROWS = [('/it\'s\t"x"', 12, datetime(2026, 11, 22, 12, 0, 0, 250_000)), (None, 2, datetime(1970, 1, 1))]
KINDS = ["VARCHAR", "BIGINT", "TIMESTAMP"]
FAR = 1 << 63


def table(
    names: list[str], kinds: list[str], rows: list[Any], hints: dict[str, str] | None = None, **more: Any
) -> Table:
    types = [
        of(kind, [row[at] for row in rows], (hints or {}).get(name))
        for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    return Table(names=names, types=types, rows=rows, **more)


def written(format_: str, made: Table) -> bytes:
    found = formats.named(format_)
    assert found is not None
    return found.write(made)


WHOLE = table(NAMES, KINDS, ROWS, {"views": "UInt64"})
JSON_HEAD = b"""{
	"meta":
	[
		{
			"name": "page",
			"type": "Nullable(String)"
		},
		{
			"name": "views",
			"type": "UInt64"
		},
		{
			"name": "at",
			"type": "DateTime64(6, 'UTC')"
		}
	],

	"data":
	[
"""
JSON_TAIL = b"""
	],

	"rows": 2,

	"statistics":
	{
		"elapsed": 0.000000000
	}
}
"""
TAB_ROWS = b'/it\\\'s\\t"x"\t12\t2026-11-22 12:00:00.250000\n\\N\t2\t1970-01-01 00:00:00.000000\n'
CSV_ROWS = b'"/it\'s\t""x""",12,"2026-11-22 12:00:00.250000"\n\\N,2,"1970-01-01 00:00:00.000000"\n'
TYPES_LINE = b"Nullable(String)\tUInt64\tDateTime64(6, 'UTC')\n"
LINES = (
    b'{"page":"/it\'s\\t\\"x\\"","views":12,"at":"2026-11-22 12:00:00.250000"}\n'
    b'{"page":null,"views":2,"at":"1970-01-01 00:00:00.000000"}\n'
)
PAGE, AT = b"\x04page\x10Nullable(String)", b"\x02at\x14DateTime64(6, 'UTC')"
TEXT = b'\x09/it\'s\t"x"'
TWELVE, TWO = b"\x0c" + bytes(7), b"\x02" + bytes(7)
MOMENT = (1_795_348_800_250_000).to_bytes(8, "little")
NATIVE = b"\x03\x02" + PAGE + b"\0\1" + TEXT + b"\0" + b"\x05views\x06UInt64" + TWELVE + TWO + AT + MOMENT + bytes(8)
BINARY_ROWS = b"\0" + TEXT + TWELVE + MOMENT + b"\1" + TWO + bytes(8)
EXPECTED = {
    "TabSeparated": TAB_ROWS,
    "TSV": TAB_ROWS,
    "TabSeparatedWithNames": b"page\tviews\tat\n" + TAB_ROWS,
    "TSVWithNamesAndTypes": b"page\tviews\tat\n" + TYPES_LINE + TAB_ROWS,
    "TSVRaw": b'/it\'s\t"x"\t12\t2026-11-22 12:00:00.250000\n\\N\t2\t1970-01-01 00:00:00.000000\n',
    "CSV": CSV_ROWS,
    "CSVWithNames": b'"page","views","at"\n' + CSV_ROWS,
    "JSON": JSON_HEAD
    + b'\t\t{\n\t\t\t"page": "/it\'s\\t\\"x\\"",\n\t\t\t"views": 12,\n\t\t\t'
    + b'"at": "2026-11-22 12:00:00.250000"\n\t\t},\n'
    + b'\t\t{\n\t\t\t"page": null,\n\t\t\t"views": 2,\n\t\t\t"at": "1970-01-01 00:00:00.000000"\n\t\t}'
    + JSON_TAIL,
    "JSONCompact": JSON_HEAD
    + b'\t\t["/it\'s\\t\\"x\\"", 12, "2026-11-22 12:00:00.250000"],\n\t\t[null, 2, "1970-01-01 00:00:00.000000"]'
    + JSON_TAIL,
    "JSONEachRow": LINES,
    "NDJSON": LINES,
    "JSONCompactEachRow": b'["/it\'s\\t\\"x\\"", 12, "2026-11-22 12:00:00.250000"]\n'
    b'[null, 2, "1970-01-01 00:00:00.000000"]\n',
    "JSONCompactEachRowWithNamesAndTypes": b'["page", "views", "at"]\n'
    b'["Nullable(String)", "UInt64", "DateTime64(6, \'UTC\')"]\n'
    b'["/it\'s\\t\\"x\\"", 12, "2026-11-22 12:00:00.250000"]\n[null, 2, "1970-01-01 00:00:00.000000"]\n',
    "Native": NATIVE,
    "RowBinary": BINARY_ROWS,
    "RowBinaryWithNamesAndTypes": b"\x03\x04page\x05views\x02at" + PAGE[5:] + b"\x06UInt64" + AT[3:] + BINARY_ROWS,
    "Pretty": """\
┏━━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃ page       ┃ views ┃ at                         ┃
┡━━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
│ /it's\\t"x" │    12 │ 2026-11-22 12:00:00.250000 │
│ ᴺᵁᴸᴸ       │     2 │ 1970-01-01 00:00:00.000000 │
└────────────┴───────┴────────────────────────────┘
""".encode(),
    "Vertical": """\
Row 1:
──────
page:  /it's\\t"x"
views: 12
at:    2026-11-22 12:00:00.250000

Row 2:
──────
page:  ᴺᵁᴸᴸ
views: 2
at:    1970-01-01 00:00:00.000000
""".encode(),
    "Null": b"",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_is_written_byte_for_byte(name: str) -> None:
    assert written(name, WHOLE) == EXPECTED[name]


def test_a_compact_table_for_eyes() -> None:
    made = table(["n", "word"], ["BIGINT", "VARCHAR"], [(1, "a\x1b[31m"), (22, "日本")])
    assert written("PrettyCompactMonoBlock", made).decode().splitlines() == [
        "┌──n─┬─word──────┐",
        "│  1 │ a\\x1b[31m │",
        "│ 22 │ 日本      │",
        "└────┴───────────┘",
    ]


def test_no_rows_still_tell_the_columns() -> None:
    none = table(["a"], ["INTEGER"], [])
    assert written("Native", none) == b"\x01\x00\x01a\x05Int32"
    assert written("TSVWithNamesAndTypes", none) == b"a\nInt32\n"
    assert written("TSV", none) == b""
    assert b'"rows": 0' in written("JSON", none)


@pytest.mark.parametrize(
    ("revision", "head", "mark"),
    [
        (0, b"", b""),
        (54_405, b"\1\0\2\xff\xff\xff\xff\0", b""),
        (54_460, b"\1\0\2\xff\xff\xff\xff\0", b"\0"),
        (54_480, b"\1\0\2\xff\xff\xff\xff\3\0\0", b"\0"),
    ],
    ids=["silent", "with block info", "with custom serialization", "with out of order buckets"],
)
def test_native_for_each_revision_of_the_protocol(revision: int, head: bytes, mark: bytes) -> None:
    made = table(["a"], ["UTINYINT"], [(7,)], revision=revision)
    assert written("Native", made) == head + b"\1\1\1a\5UInt8" + mark + b"\7"


@pytest.mark.parametrize(
    ("kind", "value", "name", "raw"),
    [
        ("BOOLEAN", True, "Bool", b"\1"),
        ("TINYINT", -1, "Int8", b"\xff"),
        ("HUGEINT", 5, "Int64", b"\x05" + bytes(7)),
        ("HUGEINT", 1 << 64, "Int128", bytes(8) + b"\1" + bytes(7)),
        ("DOUBLE", 1.0, "Float64", b"\0\0\0\0\0\0\xf0\x3f"),
        ("DECIMAL(9,2)", Decimal("-1.50"), "Decimal(9, 2)", (-150).to_bytes(4, "little", signed=True)),
        ("DECIMAL(38,0)", Decimal(3), "Decimal(38, 0)", b"\3" + bytes(15)),
        ("DATE", date(1970, 1, 3), "Date", b"\2\0"),
        ("DATE", date(1969, 12, 31), "Date32", b"\xff\xff\xff\xff"),
        ("TIMESTAMP_S", datetime(1970, 1, 1, 0, 1), "DateTime('UTC')", b"\x3c\0\0\0"),
        ("TIMESTAMP", datetime(1970, 1, 1, 0, 0, 1), "DateTime64(6, 'UTC')", (1_000_000).to_bytes(8, "little")),
        ("UUID", UUID(int=1), "UUID", bytes(8) + b"\1" + bytes(7)),
        ("VARCHAR[]", ["a", "bc"], "Array(String)", b"\2" + bytes(7) + b"\1a\2bc"),
        ("VARCHAR[]", ["a", None], "Array(Nullable(String))", b"\2" + bytes(7) + b"\0\1" + b"\1a\0"),
        ("STRUCT(a TINYINT, \"b c\" VARCHAR)", {"a": 1, "b c": "x"}, "Tuple(a Int8, `b c` String)", b"\1\1x"),
        ("MAP(VARCHAR, TINYINT)", {"k": 1}, "Map(String, Int8)", b"\1" + bytes(7) + b"\1k\1"),
        ("JSON", '{"a":1}', "String", b"\x07" + b'{"a":1}'),
        ('"NULL"', None, "Nullable(String)", b"\1\0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_column_of_each_type(kind: str, value: Any, name: str, raw: bytes) -> None:
    made = of(kind, [value])
    assert (made.name, made.column([value])) == (name, raw)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1, "0.1"), (1.0, "1"), (-0.0, "-0"), (1e20, "100000000000000000000"), (1e21, "1e21"), (1.5e-7, "1.5e-7"),
     (1e-6, "0.000001"), (float("inf"), "inf"), (float("nan"), "nan")],
    ids=str,
)  # fmt: skip
def test_floats_are_written_as_briefly_as_they_are_read_back(number: float, text: str) -> None:
    made = of("DOUBLE", [number])
    assert made.text(number) == text
    assert made.json(number, False) == (text if text not in ("inf", "nan") else "null")


@pytest.mark.parametrize(
    ("hint", "kind", "values", "name"),
    [
        ("UInt64", "BIGINT", [3], "UInt64"),
        ("UInt64", "BIGINT", [-3], "Int64"),
        ("UInt64", "BIGINT", [3, None], "Nullable(UInt64)"),
        ("Nullable(String)", "VARCHAR", ["a"], "Nullable(String)"),
        ("String", "BIGINT", [1], "Int64"),
        ("DateTime", "TIMESTAMP", [datetime(2026, 1, 1)], "DateTime('UTC')"),
        ("DateTime", "TIMESTAMP", [datetime(2026, 1, 1, 0, 0, 0, 1)], "DateTime64(6, 'UTC')"),
        ("DateTime64(3, 'UTC')", "TIMESTAMP", [datetime(2026, 1, 1, 0, 0, 0, 1000)], "DateTime64(3, 'UTC')"),
        ("Array(String)", "VARCHAR[]", [["a"], None], "Array(String)"),
        ("Array(String)", "VARCHAR[]", [["a", None]], "Array(Nullable(String))"),
        ("Something(New)", "VARCHAR", ["a"], "String"),
    ],
    ids=str,
)
def test_a_declared_type_holds_where_the_values_fit(hint: str, kind: str, values: list[Any], name: str) -> None:
    assert of(kind, values, hint).name == name


def test_integers_of_64_bits_stand_in_quotes_where_that_is_asked_for() -> None:
    made = table(["a", "b", "c"], ["BIGINT", "INTEGER", "BIGINT[]"], [(1, 2, [3])], quoted=True)
    assert written("JSONEachRow", made) == b'{"a":"1","b":2,"c":["3"]}\n'


SCALARS: list[tuple[str, st.SearchStrategy[Any]]] = [
    ("BIGINT", st.integers(-FAR, FAR - 1)),
    ("UBIGINT", st.integers(0, 2 * FAR - 1)),
    ("HUGEINT", st.integers(-(1 << 127), (1 << 127) - 1)),
    ("DOUBLE", st.floats(allow_nan=False)),
    ("VARCHAR", st.text(st.characters(exclude_categories=["Cs"]))),
    ("BOOLEAN", st.booleans()),
    ("DATE", st.dates(date(1900, 1, 1), date(2299, 12, 31))),
    ("TIMESTAMP", st.datetimes(datetime(1900, 1, 1), datetime(2262, 1, 1))),
    ("UUID", st.uuids()),
    (
        "DECIMAL(18,3)",
        st.decimals(-(10**15), 10**15, places=3, allow_nan=False, allow_infinity=False).map(lambda n: n + 0),
    ),
]


def columns() -> st.SearchStrategy[tuple[str, list[Any]]]:
    """A type of DuckDB's and three values of it, alone, in lists, in maps, or in structs."""

    def three(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
        return st.lists(values, min_size=3, max_size=3)

    def of_scalar(scalar: tuple[str, st.SearchStrategy[Any]]) -> Iterator[st.SearchStrategy[tuple[str, list[Any]]]]:
        kind, values = scalar
        yield st.tuples(st.just(kind), three(values | st.none()))
        yield st.tuples(st.just(f"{kind}[]"), three(st.lists(values | st.none(), max_size=3)))
        yield st.tuples(st.just(f"{kind}[][]"), three(st.lists(st.lists(values, max_size=2), max_size=2)))
        maps = st.dictionaries(st.text("abc", max_size=3), values, max_size=3)
        yield st.tuples(st.just(f"MAP(VARCHAR, {kind})"), three(maps))
        structs = st.fixed_dictionaries({"x": values, "y z": st.text("abc")})
        yield st.tuples(st.just(f'STRUCT(x {kind}, "y z" VARCHAR)'), three(structs))

    return st.one_of([made for scalar in SCALARS for made in of_scalar(scalar)])


def plain(name: str) -> str:
    """The reader quotes every name."""
    return name.replace("`", "")


class _Source:
    """What the reader takes bytes from."""

    exception_tag = last_message = None

    def __init__(self, raw: bytes) -> None:
        self.gen = iter([raw])

    def close(self) -> None: ...


@given(st.lists(columns(), min_size=1, max_size=4), st.sampled_from([0, 54_405]))
def test_what_is_written_in_native_is_read_back_by_clickhouse_connect(
    drawn: list[tuple[str, list[Any]]], revision: int
) -> None:
    names = [f"c{at}" for at in range(len(drawn))]
    rows = list(zip(*(values for _, values in drawn), strict=True))
    made = table(names, [kind for kind, _ in drawn], rows, revision=revision)
    context = QueryContext()
    context.block_info = revision > 0
    read = NativeTransform.parse_response(cast(Any, RespBuffCls)(_Source(written("Native", made))), context)
    assert isinstance(read, QueryResult)
    assert list(read.column_names) == names
    assert [plain(kind.name) for kind in read.column_types] == [plain(kind.name) for kind in made.types]
    assert read.result_rows == rows
