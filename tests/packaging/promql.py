"""What our dashboards use of PromQL, read far enough to tell what a query asks for and which labels its answer has."""

import re
from collections.abc import Mapping, Sequence

import msgspec

_TOKEN = re.compile(
    r"""\s*(?: (?P<string>"[^"]*") | (?P<range>\[[^\]]+\]) | (?P<number>\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z_:][\w:]*) | (?P<sign>=~|!~|!=|>=|<=|==|[-+*/><=(){},]) )""",
    re.VERBOSE,
)
_DURATION = re.compile(r"\[(\d+[smhd]|\$__rate_interval|\$__range)\]")
OF_COUNTERS = ("rate", "increase")
AGGREGATIONS = ("sum", "min", "max", "topk")
OPERATORS = ("+", "-", "*", "/", ">")


class Metric(msgspec.Struct, frozen=True):
    """`kind`: counter, gauge, or bucket (of a histogram). `samples`: labels of each."""

    kind: str
    samples: Sequence[Mapping[str, str]]

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(label for sample in self.samples for label in sample)


class Wrong(Exception):
    """Why a query can't be right."""


class _Part(msgspec.Struct):
    """`labels` of the answer, None of a plain number; `kind` of the metric where nothing has been made of it yet."""

    labels: frozenset[str] | None
    kind: str = ""
    has_range: bool = False
    is_bucket: bool = False


class Query:
    """One query, held against the metrics that there are."""

    def __init__(self, text: str, metrics: Mapping[str, Metric]) -> None:
        self._metrics = metrics
        self._tokens = _tokens(text)
        self._at = 0
        self.asked: set[str] = set()
        """Names of the metrics."""
        found = self._expression()
        if self._at < len(self._tokens):
            raise Wrong(f"expected the end, got {self._tokens[self._at]}")
        _need_value(found)
        self.labels = found.labels or frozenset()
        """Of its answer."""

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise Wrong("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        got = self._next()[1]
        if got != sign:
            raise Wrong(f"expected {sign}, got {got}")

    def _expression(self) -> _Part:
        """Without precedence, which changes neither names nor labels."""
        left = self._term()
        while self._peek() in OPERATORS:
            self._next()
            right = self._term()
            _need_value(left)
            _need_value(right)
            if None not in (left.labels, right.labels) and left.labels != right.labels:
                raise Wrong(f"{set(left.labels or ())} meets {set(right.labels or ())}: nothing matches")
            left = _Part(left.labels if right.labels is None else right.labels)
        return left

    def _term(self) -> _Part:
        kind, text = self._next()
        if kind == "number":
            return _Part(None)
        if text == "(":
            found = self._expression()
            self._expect(")")
            return found
        if kind != "name":
            raise Wrong(f"{text} where a value is expected")
        if text in AGGREGATIONS:
            return self._aggregation(text)
        if text in OF_COUNTERS:
            return self._rate(text)
        if text == "histogram_quantile":
            return self._quantile()
        if text == "time":
            self._expect("(")
            self._expect(")")
            return _Part(None)
        return self._selector(text)

    def _aggregation(self, name: str) -> _Part:
        by: frozenset[str] | None = None
        if self._peek() == "by":
            self._next()
            self._expect("(")
            by = frozenset(self._list())
        self._expect("(")
        if name == "topk":
            self._term()
            self._expect(",")
        found = self._expression()
        self._expect(")")
        _need_value(found)
        if found.labels is None:
            raise Wrong(f"{name} of a plain number")
        if by is not None and not by <= found.labels:
            raise Wrong(f"by {set(by - found.labels)}, which it does not have")
        if name == "topk":
            return found
        return _Part(by or frozenset(), is_bucket=found.is_bucket and by is not None and "le" in by)

    def _list(self) -> list[str]:
        names: list[str] = []
        while True:
            names.append(self._next()[1])
            if self._next()[1] == ")":
                return names

    def _rate(self, name: str) -> _Part:
        self._expect("(")
        found = self._expression()
        self._expect(")")
        if not found.has_range or found.kind not in ("counter", "bucket"):
            raise Wrong(f"{name} of what is no counter over a range")
        return _Part(found.labels, is_bucket=found.kind == "bucket")

    def _quantile(self) -> _Part:
        self._expect("(")
        share = self._next()[1]
        if not 0 < float(share) < 1:
            raise Wrong(f"a quantile of {share}")
        self._expect(",")
        found = self._expression()
        self._expect(")")
        if not found.is_bucket or "le" not in (found.labels or ()):
            raise Wrong("a quantile of what are no buckets by le")
        return _Part((found.labels or frozenset()) - {"le"})

    def _selector(self, name: str) -> _Part:
        metric = self._metrics.get(name)
        if metric is None:
            raise Wrong(f"there is no metric {name}")
        self.asked.add(name)
        samples = self._matching(name, metric) if self._peek() == "{" else metric.samples
        if not samples:
            raise Wrong(f"nothing of {name} matches")
        has_range = self._at < len(self._tokens) and self._tokens[self._at][0] == "range"
        if has_range and not _DURATION.fullmatch(self._next()[1]):
            raise Wrong("a range that is none")
        return _Part(metric.labels, kind=metric.kind, has_range=has_range)

    def _matching(self, name: str, metric: Metric) -> list[Mapping[str, str]]:
        """A variable of the dashboard matches everything."""
        samples = list(metric.samples)
        self._expect("{")
        while True:
            label, sign, value = self._next()[1], self._next()[1], self._next()[1].strip('"')
            if label not in metric.labels:
                raise Wrong(f"{name} has no label {label}")
            if sign not in ("=", "=~"):
                raise Wrong(f"{sign} between label and value")
            if not value.startswith("$"):
                samples = [sample for sample in samples if sample[label] == value]
            elif sign != "=~":
                raise Wrong(f"{value} may be several values")
            if self._next()[1] == "}":
                return samples


def _need_value(part: _Part) -> None:
    if part.has_range:
        raise Wrong("a range where a value is expected")
    if part.kind in ("counter", "bucket"):
        raise Wrong("a counter as it is: it only tells how long the process has run")


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Wrong(f"cannot be read from {text[at:]!r} on")
        found.append((str(match.lastgroup), match[0].strip()))
        at = match.end()
    return found
