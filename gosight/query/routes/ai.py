"""HTTP face of questions in words."""

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from gosight.control import Control
from gosight.kit.access import Caller, Permission
from gosight.kit.errors import field_error
from gosight.query.ai import Answer, Asking

MAX_QUESTION = 2_000
"""Characters."""


class AiQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """`customer_id`: the project's id or slug. `query`: a question in words. `execute` false: the SQL is written and
    checked, and not run."""

    customer_id: str
    query: str
    execute: bool = True


@post("/ai/query", status_code=200)
async def ask_in_words(
    data: JSONBody[AiQuestion],
    caller: NamedDependency[Caller],
    control: NamedDependency[Control],
    asking: NamedDependency[Asking],
) -> Answer:
    """Ask in plain English. A model writes the SQL where one is configured (`[ai]`), which passes the same gate as
    `POST /query`; without one, questions of the built-in catalogue are answered and others are 503.

    Needs the permission `sql.read`. `ai_per_hour` questions an hour and project; what is answered from memory does not
    count.
    """
    access = control.door.access(caller, data.customer_id)
    access.grant.need(Permission.sql_read)
    question = data.query.strip()
    if not 1 <= len(question) <= MAX_QUESTION:
        raise field_error("query", f"a question of 1 to {MAX_QUESTION} characters", data.query)
    return await asking.answer(access.project, question, execute=data.execute)


ROUTES = [Router("/", route_handlers=[ask_in_words], tags=["Query"])]
