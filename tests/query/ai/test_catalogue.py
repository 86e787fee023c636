"""What the catalogue understands, what SQL that becomes, and what it must not take for one of its questions."""

import itertools
import re

import pytest

from gosight.query.ai import catalogue
from gosight.query.ai.ask import EXAMPLES

CONTRACT = (
    "Find users who abandoned cart after viewing pricing 3+ times",
    "What are the most common events in the last hour?",
    "Show me conversion funnel for signup process",
    "Compare page views today vs yesterday",
    "Which pages have the highest bounce rate?",
    "Show me the top 10 pages by views today",
)


def sql(question: str) -> str:
    found = catalogue.understand(question, "shop")
    assert found is not None, question
    return found.plan.sql


@pytest.mark.parametrize("question", CONTRACT)
def test_the_contracts_questions_are_understood(question: str) -> None:
    found = catalogue.understand(question, "shop")
    assert found is not None
    assert "customer_id = 'shop'" in found.plan.sql
    assert found.plan.explanation.startswith("This query ")
    assert len(found.plan.related) == 3


def test_the_contracts_query_is_its_own() -> None:
    assert sql("Show me the top 10 pages by views today") == (
        "SELECT JSONExtractString(properties, 'page') AS page, count() AS views, uniq(visitor_id) AS unique_visitors"
        " FROM events_raw WHERE customer_id = 'shop' AND event_type = 'page_view' AND toDate(timestamp) = today()"
        " AND NOT is_bot GROUP BY page ORDER BY views DESC LIMIT 10"
    )


SAME = {
    "pages": [
        "Show me the top 10 pages by views today",
        "top 10 pages today",
        "Top ten pages by page views today?",
        "What are the most viewed pages today",
        "what were the 10 most visited pages today so far?",
        "Please list the 10 most popular pages of today.",
        "Which pages have the most views today?",
        "Could you please show me today's top pages, please",
    ],
    "events": [
        "What are the most common events in the last hour?",
        "Which events happened most in the past hour?",
        "most frequent events over the last 1 hour",
        "Show me the top 10 events within the last hour",
    ],
    "compare": [
        "Compare page views today vs yesterday",
        "compare page views today with yesterday",
        "Compare the pageviews of today to yesterday",
        "compare today's page views against yesterday's",
        "page views today vs. yesterday",
    ],
    "traffic": ["Compare today's traffic to yesterday", "compare traffic today vs yesterday"],
    "bounce": [
        "Which pages have the highest bounce rate?",
        "what pages have the worst bounce rates",
        "top 10 pages by bounce rate",
        "Show me the highest bounce rate by page",
    ],
    "cart": [
        "Find users who abandoned cart after viewing pricing 3+ times",
        "visitors who abandoned their cart after viewing the pricing page at least three times",
        "show me people that have abandoned the shopping cart after visiting pricing more than 2 times",
        "customers who abandoned a cart after seeing pricing 3 or more times",
    ],
    "signup": [
        "Show me conversion funnel for signup process",
        "Show me the conversion funnel for the sign up process",
        "signup funnel",
        "What is the conversion funnel of our signup flow?",
    ],
}


@pytest.mark.parametrize("group", SAME)
def test_what_is_the_same_question_is_the_same_query(group: str) -> None:
    first, *others = SAME[group]
    for other in others:
        assert sql(other) == sql(first), other


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ("today", "toDate(timestamp) = today()"),
        ("yesterday", "toDate(timestamp) = today() - 1"),
        ("this week", "toDate(timestamp) >= toMonday(today())"),
        ("last week", "toDate(timestamp) >= toMonday(today()) - 7 AND toDate(timestamp) < toMonday(today())"),
        ("this month", "toDate(timestamp) >= toStartOfMonth(today())"),
        ("in the last hour", "timestamp >= now() - INTERVAL 1 HOUR"),
        ("in the last 24 hours", "timestamp >= now() - INTERVAL 24 HOUR"),
        ("over the past seven days", "timestamp >= now() - INTERVAL 7 DAY"),
        ("during the last 2 weeks", "timestamp >= now() - INTERVAL 2 WEEK"),
        ("in the last 3 months", "timestamp >= now() - INTERVAL 3 MONTH"),
        ("in the last week", "timestamp >= now() - INTERVAL 1 WEEK"),
        ("since 2026-11-01", "toDate(timestamp) >= '2026-11-01'"),
        ("since November 1, 2026", "toDate(timestamp) >= '2026-11-01'"),
        ("since yesterday", "toDate(timestamp) >= today() - 1"),
        ("on 3rd of Nov 2026", "toDate(timestamp) = '2026-11-03'"),
        (
            "between 2026-11-01 and 2026-11-05",
            "toDate(timestamp) >= '2026-11-01' AND toDate(timestamp) <= '2026-11-05'",
        ),
        (
            "from 1 November 2026 to 2026-11-05",
            "toDate(timestamp) >= '2026-11-01' AND toDate(timestamp) <= '2026-11-05'",
        ),
    ],
)
def test_spans_of_time(words: str, condition: str) -> None:
    assert f"WHERE customer_id = 'shop' AND {condition} AND NOT is_bot" in sql(f"What are the top 5 events {words}?")


def test_without_a_span_all_time_is_meant_and_said() -> None:
    found = catalogue.understand("top pages", "shop")
    assert found is not None
    assert "timestamp" not in found.plan.sql
    assert "over all time" in found.plan.explanation


NOT_UNDERSTOOD = [
    "",
    "?",
    "Hello",
    "pages",
    "What is the meaning of life?",
    "Show me the top 10 pages by views today in Germany",
    "Show me the top 10 pages by views today for mobile users",
    "Show me the top 10 pages by views today excluding /pricing",
    "Show me the top 10 pages by views not today",
    "Show me the top 10 pages by views before today",
    "Show me the top 10 pages by views until yesterday",
    "Show me the top 10 pages by views the day before yesterday",
    "Show me the top 10 pages by views today and yesterday",
    "Show me the top 10 pages by views 3 days ago",
    "Show me the top 10 pages by views per day",
    "Show me the top 10 pages by views every hour",
    "Show me the top 10 pages by revenue today",
    "Show me the top 0 pages by views today",
    "Show me the top 5000 pages by views today",
    "Show me the bottom 10 pages by views today",
    "Show me the top 10 landing pages today",
    "Show me the top 10 pages by views on 2026-13-01",
    "Show me the top 10 pages by views on 2026-02-30",
    "Show me the top 10 pages by views between 2026-11-05 and 2026-11-01",
    "Show me the top 10 pages by views since November 1",
    "Show me the top 10 pages by views last quarter",
    "What are the least common events in the last hour?",
    "What are the most common errors in the last hour?",
    "What are the most common events in the last hour by country?",
    "What are the most common events in the next hour?",
    "Which pages do not have the highest bounce rate?",
    "Which countries have the highest bounce rate?",
    "Which pages have the highest exit rate?",
    "What is the bounce rate?",
    "Compare page views today vs last week",
    "Compare page views today vs today",
    "Compare page views today",
    "Compare page views on Monday vs Tuesday",
    "Compare page views of /pricing vs /signup today",
    "Compare page views today vs yesterday on mobile",
    "Compare page views today vs yesterday by page",
    "Find users who did not abandon cart after viewing pricing 3+ times",
    "Find users who abandoned cart without viewing pricing",
    "Find users who abandoned cart before viewing pricing 3+ times",
    "Find users who abandoned cart after viewing pricing less than 3 times",
    "Find users who abandoned cart after viewing pricing exactly 3 times",
    "Find users who abandoned cart after viewing pricing and signup 3+ times",
    "Find users who abandoned cart or left after viewing pricing",
    "Find users who abandoned cart after viewing any page",
    "Show me conversion funnel for signup process by country",
    "Show me conversion rate from pricing page",
    "Show me conversion rate from pricing to signup",
    "Show me the conversion funnel",
    "Show me the sales funnel",
    "Show me conversion funnel for Germany",
    "Show me conversion funnel for mobile",
    "users who did nothing after viewing pricing",
    "How many new events today?",
    "How many error events today?",
    "How many different events today?",
    "How many users signed up today?",
    "How many views did the best page get today?",
    "Show me conversion rate from pricing page to signup for new visitors",
    "How many visitors from Germany today?",
    "How many returning visitors today?",
    "How many page views did /pricing not have today?",
    "How many clicks and errors today?",
    "Delete all events of today",
    "SELECT * FROM events_raw",
    "top 10 pages today'; drop table events_raw; --",
    "top 10 pages today' OR '1'='1",
    'how many "x\' OR 1=1 --" events today',
    "how many page views of /pricing' OR 1=1 today",
    "how many page views of /a\\b today",
    "how many page views of /100% today",
    'Compare "a\') OR (1=1" events today vs yesterday',
    "Show me the top 10 pages by views today " + "really " * 100,
]


@pytest.mark.parametrize("question", NOT_UNDERSTOOD, ids=lambda question: question[:60] or "nothing")
def test_what_asks_for_something_else_is_not_understood(question: str) -> None:
    assert catalogue.understand(question, "shop") is None


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("How many page views did /pricing have yesterday?", "JSONExtractString(properties, 'page') = '/pricing'"),
        ("how many page views of the pricing page today", "JSONExtractString(properties, 'page') LIKE '%pricing%'"),
        ("How many views did the home page get this month?", "JSONExtractString(properties, 'page') = '/'"),
        ("how many page views of /Blog/2026/11_a-b.html today", "= '/Blog/2026/11_a-b.html'"),
        ("how many visitors today", "SELECT uniq(visitor_id) AS visitors"),
        ("How many users were there yesterday?", "SELECT uniq(visitor_id) AS visitors"),
        ("number of sessions this week", "FROM sessions WHERE customer_id = 'shop' AND toDate(started_at) >="),
        ("how many order_placed events in the last 3 days", "lower(event_type) IN ('order_placed', 'order placed',"),
        ('How many "Order Placed" events happened today?', "lower(event_name) IN ('order_placed', 'order placed',"),
        ("compare signup_completed events this week vs last week", "'signup_completed'"),
        (
            "How many signup events were there today?",
            "lower(event_name) IN ('sign_up', 'sign up', 'sign-up', 'signup')",
        ),
        ("conversion funnel of the checkout process", "LIKE '%checkout%'"),
        ("Compare sessions this month with last month", "FROM sessions WHERE"),
        ("Show me conversion rate from pricing page to signup", "windowFunnel(2592000)(timestamp, event_type"),
        ("funnel from /pricing to /signup to signup_completed this month", "countIf(level >= 3)"),
        ("users who did order_placed after viewing /pricing at least 2 times", "HAVING count() >= 2"),
        ("What is the average time spent on the top pages?", "avg(time_on_page_seconds)"),
        ("top 3 pages by unique visitors", "ORDER BY unique_visitors DESC LIMIT 3"),
        ("Which pages have the lowest bounce rate?", "ORDER BY bounce_rate ASC"),
    ],
)
def test_variations_in_page_event_and_number(question: str, part: str) -> None:
    assert part in sql(question)


def test_what_is_asked_further_is_understood_too() -> None:
    questions = {*CONTRACT, *EXAMPLES, *itertools.chain(*SAME.values()), "how many visitors today"}
    questions |= {"What is the average time spent on the top pages?", "funnel from /a to /b"}
    for question in questions:
        found = catalogue.understand(question, "shop")
        assert found is not None
        for related in found.plan.related:
            assert catalogue.understand(related, "shop") is not None, related


def test_a_project_with_another_name_has_its_own_condition() -> None:
    found = catalogue.understand("Show me conversion funnel for signup process", "other-1")
    assert found is not None
    assert set(re.findall(r"customer_id = '([^']*)'", found.plan.sql)) == {"other-1"}
