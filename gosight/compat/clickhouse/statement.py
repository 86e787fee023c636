"""The text of a query taken apart: its kind, the FORMAT and SETTINGS at its end, its columns as they are written."""

import re
from collections.abc import Sequence

import msgspec
from sqlglot import tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from gosight.compat.clickhouse.errors import Code, Refusal

READS = frozenset({"SELECT", "WITH", "FROM", "VALUES", "("})
ASKS = frozenset({"SHOW", "DESCRIBE", "DESC", "EXISTS", "USE"})
"""About the schema: answered without running anything."""
WRITES = frozenset(
    {
        "ALTER", "ATTACH", "BACKUP", "CREATE", "DELETE", "DETACH", "DROP", "EXCHANGE", "GRANT", "INSERT", "KILL",
        "MOVE", "OPTIMIZE", "RENAME", "REPLACE", "RESTORE", "REVOKE", "SET", "SYSTEM", "TRUNCATE", "UNDROP",
        "UPDATE", "WATCH",
    }
)  # fmt: skip

_OPENS, _CLOSES = ("(", "[", "{"), (")", "]", "}")


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """`sql` is the text without what stands behind the query itself."""

    verb: str
    """Its first word, in capitals."""
    sql: str
    tokens: list[Token]
    format: str | None = None
    settings: dict[str, str] = {}


def read(text: str) -> Statement:
    """Raises `Refusal` for several statements, for none, and for what changes anything."""
    tokens = _tokens(text)
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise Refusal(Code.SYNTAX_ERROR, "Syntax error: Empty query")
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        raise Refusal(Code.SYNTAX_ERROR, "Syntax error: Multi-statements are not allowed; send one query at a time")
    verb = text[tokens[0].start : tokens[0].end + 1].upper()
    if verb in WRITES:
        raise Refusal(Code.READONLY, f"Cannot execute query in readonly mode: {verb} would change something")
    if verb not in READS and verb not in ASKS:
        shown = verb[:40]
        expected = "Expected one of: SELECT, WITH, SHOW, DESCRIBE, EXISTS"
        raise Refusal(Code.SYNTAX_ERROR, f"Syntax error: failed at position 1 ('{shown}'). {expected}")
    format_, settings, tokens = _tails(tokens)
    return Statement(verb=verb, sql=_between(text, tokens), tokens=tokens, format=format_, settings=settings)


def _tokens(text: str) -> list[Token]:
    try:
        tokens = tokenize(text, dialect="clickhouse")
        if tokens and tokens[0].token_type in Tokenizer.COMMANDS:  # all behind such a word would be one token
            start = tokens[0].start
            tokens = tokenize(f"{text[:start]}x{text[start + 1 :]}", dialect="clickhouse")
        return tokens
    except (SqlglotError, RecursionError) as error:
        raise Refusal(Code.SYNTAX_ERROR, f"Syntax error: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _between(text: str, tokens: Sequence[Token]) -> str:
    """From the first token to the last: comments within stay, those around them go."""
    return text[tokens[0].start : tokens[-1].end + 1]


def _tails(tokens: list[Token]) -> tuple[str | None, dict[str, str], list[Token]]:
    """FORMAT and SETTINGS, in any order, and what stands before them."""
    format_: str | None = None
    settings: dict[str, str] = {}
    while len(tokens) > 2:
        if format_ is None and tokens[-2].token_type is TokenType.FORMAT and _may_end(tokens[-3]):
            format_ = tokens[-1].text
            tokens = tokens[:-2]
            continue
        found = _settings(tokens)
        if found is None:
            break
        settings = found[1] | settings
        tokens = tokens[: found[0]]
    return format_, settings, tokens


def _may_end(token: Token) -> bool:
    """A query may end here, so that FORMAT is no column's name."""
    return token.token_type not in (TokenType.DOT, TokenType.COMMA, TokenType.SELECT, TokenType.ALIAS)


def _settings(tokens: list[Token]) -> tuple[int, dict[str, str]] | None:
    """Where a SETTINGS clause begins that reaches to the end, and what it sets."""
    starts = [at for at, token in enumerate(tokens) if token.token_type is TokenType.SETTINGS]
    if not starts or starts[-1] == 0 or not _may_end(tokens[starts[-1] - 1]):
        return None
    found, at = {}, starts[-1] + 1
    while at + 2 < len(tokens):
        name, sign, value = tokens[at : at + 3]
        if sign.token_type is not TokenType.EQ or value.text in _OPENS:
            return None
        found[name.text] = value.text
        at += 3
        if at == len(tokens):
            return starts[-1], found
        if tokens[at].token_type is not TokenType.COMMA:
            return None
        at += 1
    return None


def columns(sql: str, tokens: Sequence[Token]) -> list[str] | None:
    """The columns of the outermost SELECT as they are written, without their aliases; None where that can't be told
    from the text alone (a star)."""
    listed = _select_list(tokens)
    if listed is None:
        return None
    offset = tokens[0].start
    return [_written(sql, part, offset) for part in listed]


def _select_list(tokens: Sequence[Token]) -> list[list[Token]] | None:
    depth, parts, inside = 0, [], False
    part: list[Token] = []
    for token in tokens:
        if token.text in _CLOSES:
            depth -= 1
        if inside and depth == 0 and token.token_type in (TokenType.FROM, TokenType.COMMA, *_ENDS):
            if not part or _is_star(part):
                return None
            parts.append(part)
            part = []
            if token.token_type is not TokenType.COMMA:
                return parts
        elif inside and not (token.token_type is TokenType.DISTINCT and not part):
            part.append(token)
        elif depth == 0 and token.token_type is TokenType.SELECT:
            inside = True
        if token.text in _OPENS:
            depth += 1
    if not part or _is_star(part):
        return None
    return [*parts, part]


_ENDS = (
    TokenType.WHERE, TokenType.PREWHERE, TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.HAVING, TokenType.LIMIT,
    TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.WINDOW, TokenType.QUALIFY, TokenType.OFFSET,
)  # fmt: skip


def _is_star(part: Sequence[Token]) -> bool:
    """`*`, `t.*`, `* except (…)`, `columns('…')`."""
    stars = [at for at, token in enumerate(part) if token.token_type is TokenType.STAR]
    is_star = any(at == 0 or part[at - 1].token_type is TokenType.DOT for at in stars)
    return is_star or part[0].text.upper() in ("COLUMNS", "APPLY", "TOP")


def _written(sql: str, part: Sequence[Token], offset: int) -> str:
    if len(part) > 2 and part[-2].token_type is TokenType.ALIAS:
        part = part[:-2]
    elif len(part) > 1 and part[-1].token_type in (TokenType.VAR, TokenType.IDENTIFIER) and _may_be_named(part[-2]):
        part = part[:-1]
    return re.sub(r"\s+", " ", sql[part[0].start - offset : part[-1].end + 1 - offset])


def _may_be_named(token: Token) -> bool:
    """Behind this, a word is an alias."""
    closes = token.text in _CLOSES
    return closes or token.token_type in (TokenType.VAR, TokenType.IDENTIFIER, TokenType.NUMBER, TokenType.STRING)
