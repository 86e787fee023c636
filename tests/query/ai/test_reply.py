"""What models say is understood in every form they say it in, and what is no answer is not taken for one."""

import json

import pytest

from gosight.query.ai.reply import Declined, Plan, Unreadable, plan

SQL = "SELECT count() AS n FROM events_raw WHERE customer_id = 'shop'"
TOLD = json.dumps({"sql": SQL, "explanation": "All events.", "related_queries": ["And today?"]})


@pytest.mark.parametrize(
    "text",
    [
        TOLD,
        f"  {TOLD}\n",
        f"```json\n{TOLD}\n```",
        f"```\n{TOLD}\n```",
        f"Here is the query:\n```json\n{TOLD}\n```\nI hope it helps.",
        f"Sure! {TOLD} Let me know.",
        f"Let me think {{about}} this. {TOLD}",
        json.dumps({"sql": f" {SQL} ; ", "explanation": "All events.", "related_queries": ["And today?"], "more": 1}),
    ],
    ids=["plain", "with space", "fenced", "bare fence", "prose and fence", "prose", "braces before", "semicolon"],
)
def test_json_is_found_wherever_it_stands(text: str) -> None:
    assert plan(text) == Plan(sql=SQL, explanation="All events.", related=("And today?",))


def test_sql_in_a_fence_is_enough() -> None:
    assert plan(f"This counts all events.\n```sql\n{SQL};\n```\nThere.") == Plan(
        sql=SQL, explanation="This counts all events. There."
    )


def test_a_model_may_say_that_it_cannot() -> None:
    assert plan('{"cannot": "Nothing is known of revenue."}') == Declined("Nothing is known of revenue.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot do that.",
        "{}",
        '{"sql": ""}',
        '{"sql": 5}',
        '{"sql": ["SELECT 1"]}',
        '{"query": "SELECT 1"}',
        "SELECT 1",
        "```sql\nSELECT 1\n```\nor\n```sql\nSELECT 2\n```",
        "```python\nprint(1)\n```",
        '{"sql": "' + "x" * 70_000 + '"}',
        "{" * 100_000,
        '{"a":' * 5_000,
    ],
    ids=["nothing", "prose", "empty", "no sql", "a number", "a list", "another field", "bare sql", "two", "python",
         "too long", "braces", "deep"],
)  # fmt: skip
def test_what_is_no_answer_is_told_so(text: str) -> None:
    with pytest.raises(Unreadable):
        plan(text)


def test_words_are_cut_and_cleaned() -> None:
    told = plan(
        json.dumps({"sql": SQL, "explanation": "a\x1b[31mb" + "x" * 5_000, "related_queries": ["q"] * 9 + [""]})
    )
    assert isinstance(told, Plan)
    assert told.explanation.startswith("a[31mbx")
    assert len(told.explanation) == 2_000
    assert told.related == ("q",)
