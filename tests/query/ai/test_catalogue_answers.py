"""What the catalogue answers about visits that were counted by hand. It is Sunday, 22 November 2026, 12:00 UTC."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.analytics.visits import DESKTOP, GOOGLEBOT, send, view
from tests.query.ai.shop import custom, fill
from tests.query.ai.test_ask import ask
from tests.world import Person, StoppedClock, noon, opened


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Of the shop, where besides came

    - hal on Friday 20th: /pricing three times, cart_abandon, /pricing once more
    - gus yesterday: /, /about
    - eve today: /pricing at 9:00, /pricing at 11:30, / at 11:31; fay today: /pricing at 10:00; and a bot
    """
    with opened(tmp_path_factory.mktemp("catalogue"), StoppedClock(noon()), limits__ai_per_hour=0) as world:
        olga = world.member("olga")
        world.project(olga)
        world.project(olga, "empty")
        fill(world, olga)
        key = world.key(olga, "shop", "write")
        at = "2026-11-{}:00Z".format
        viewed = [view(at(f"20T08:0{minute}"), "/pricing") for minute in (0, 1, 2, 4)]
        send(world, key, "hal", "h1", DESKTOP, [*viewed, custom(at("20T08:03"), "cart_abandon", total=10)])
        send(world, key, "gus", "g1", DESKTOP, [view(at("21T12:00"), "/"), view(at("21T12:05"), "/about")])
        viewed = [view(at("22T09:00"), "/pricing"), view(at("22T11:30"), "/pricing"), view(at("22T11:31"), "/")]
        send(world, key, "eve", "e1", DESKTOP, viewed)
        send(world, key, "fay", "f1", DESKTOP, [view(at("22T10:00"), "/pricing")])
        send(world, key, "bot", "b1", GOOGLEBOT, [view(at("22T10:00"), "/pricing")])
        yield olga


ANSWERS: list[tuple[str, list[dict[str, Any]], str]] = [
    (
        "Show me the top 10 pages by views today",
        [{"page": "/pricing", "views": 3, "unique_visitors": 2}, {"page": "/", "views": 1, "unique_visitors": 1}],
        "/pricing has the most views today: 3 views from 2 unique visitors. / comes second with 1 view from 1 unique"
        " visitor.",
    ),
    (
        "Which 2 pages had the most visitors since 2026-11-17?",
        [{"page": "/pricing", "views": 9, "unique_visitors": 5}, {"page": "/", "views": 4, "unique_visitors": 4}],
        "/pricing has the most visitors since 2026-11-17: 9 views from 5 unique visitors. / comes second with 4 views"
        " from 4 unique visitors.",
    ),
    ("top pages in the last 5 minutes", [], "No page was viewed in the last 5 minutes."),
    (
        "What are the most common events in the last hour?",
        [{"event": "page_view", "count": 2, "unique_visitors": 1}],
        "The most common event in the last hour is page_view: 2 times by 1 unique visitor.",
    ),
    (
        "What are the 3 most common events between 2026-11-17 and 2026-11-18?",
        [
            {"event": "page_view", "count": 6, "unique_visitors": 3},
            {"event": "cart_abandon", "count": 1, "unique_visitors": 1},
            {"event": "js_error", "count": 1, "unique_visitors": 1},
        ],
        "The most common event from 2026-11-17 to 2026-11-18 is page_view: 6 times by 3 unique visitors. cart_abandon"
        " follows with 1. The 3 kinds listed make up 8 events.",
    ),
    (
        "Compare page views today vs yesterday",
        [{"page_views_today": 4, "page_views_yesterday": 2, "page_views_change_percent": 100}],
        "4 page views today against 2 yesterday: 100% more. Today is not over yet.",
    ),
    (
        "Compare yesterday's traffic to today",
        [
            {
                "page_views_yesterday": 2,
                "page_views_today": 4,
                "page_views_change_percent": -50,
                "visitors_yesterday": 1,
                "visitors_today": 2,
                "visitors_change_percent": -50,
            }
        ],
        "2 page views yesterday against 4 today: 50% fewer. 1 visitor yesterday against 2 today: 50% fewer. Today is"
        " not over yet.",
    ),
    (
        "Compare page views of /pricing today vs yesterday",
        [{"page_views_today": 3, "page_views_yesterday": 0, "page_views_change_percent": None}],
        "3 page views of /pricing today against 0 yesterday. Today is not over yet.",
    ),
    (
        "Compare sessions this week vs last week",
        [{"sessions_this_week": 10, "sessions_last_week": 0, "sessions_change_percent": None}],
        "10 sessions this week against 0 last week. This week is not over yet.",
    ),
    (
        "Compare order_placed events today vs yesterday",
        [{"events_today": 0, "events_yesterday": 0, "events_change_percent": None}],
        'No event "order_placed" today, and none yesterday. Today is not over yet.',
    ),
    (
        "Which pages have the highest bounce rate?",
        [
            {"page": "/blog/a", "sessions": 1, "bounces": 1, "bounce_rate": 100},
            {"page": "/pricing", "sessions": 5, "bounces": 2, "bounce_rate": 40},
            {"page": "/", "sessions": 4, "bounces": 1, "bounce_rate": 25},
        ],
        "/blog/a has the highest bounce rate over all time: 100% (1 of 1 session that began there). Next is /pricing"
        " with 40%. Fewer than 10 sessions began on 3 pages listed here, which says little.",
    ),
    (
        "Which pages had the lowest bounce rate yesterday?",
        [{"page": "/", "sessions": 1, "bounces": 0, "bounce_rate": 0}],
        "/ has the lowest bounce rate yesterday: 0% (0 of 1 session that began there). Fewer than 10 sessions began on"
        " 1 page listed here, which says little.",
    ),
    (
        "Find users who abandoned cart after viewing pricing 3+ times",
        [
            {
                "visitor_id": "hal",
                "pricing_views": 3,
                "last_pricing_view": "2026-11-20T08:02:00Z",
                "cart_abandon_time": "2026-11-20T08:03:00Z",
            }
        ],
        '1 visitor had an event cart_abandon over all time after viewing pages with "pricing" in their path at least 3'
        " times. The most views by one of them: 3.",
    ),
    (
        "Find users who abandoned cart after viewing /pricing at least two times this week",
        [
            {
                "visitor_id": "hal",
                "page_views": 3,
                "last_page_view": "2026-11-20T08:02:00Z",
                "cart_abandon_time": "2026-11-20T08:03:00Z",
            },
            {
                "visitor_id": "bob",
                "page_views": 2,
                "last_page_view": "2026-11-17T09:00:00Z",
                "cart_abandon_time": "2026-11-17T09:04:00Z",
            },
        ],
        "2 visitors had an event cart_abandon this week after viewing /pricing at least 2 times. The most views by one"
        " of them: 3.",
    ),
    (
        "users who triggered order_placed after viewing /signup more than 1 times",
        [],
        'No visitor had an event "order_placed" over all time after viewing /signup at least 2 times.',
    ),
    (
        "Show me conversion funnel for signup process",
        [
            {"step": 1, "name": "any page viewed", "visitors": 8, "conversion_rate": 100},
            {"step": 2, "name": "a page with signup in its path viewed", "visitors": 1, "conversion_rate": 12.5},
            {"step": 3, "name": "an event with signup in its name", "visitors": 1, "conversion_rate": 12.5},
        ],
        "Of 8 visitors at step 1 (any page viewed) over all time, 1 reached step 3 (an event with signup in its name):"
        " 12.5%. Most are lost between steps 1 and 2: 7 visitors.",
    ),
    (
        "conversion rate from /pricing to order_placed",
        [
            {"step": 1, "name": "/pricing viewed", "visitors": 6, "conversion_rate": 100},
            {"step": 2, "name": 'event "order_placed"', "visitors": 2, "conversion_rate": 33.3},
        ],
        'Of 6 visitors at step 1 (/pricing viewed) over all time, 2 reached step 2 (event "order_placed"): 33.3%.',
    ),
    (
        "funnel from /nothing to /nowhere today",
        [
            {"step": 1, "name": "/nothing viewed", "visitors": 0, "conversion_rate": None},
            {"step": 2, "name": "/nowhere viewed", "visitors": 0, "conversion_rate": None},
        ],
        "Nobody took the first step today.",
    ),
    ("How many page views yesterday?", [{"page_views": 2}], "There were 2 page views yesterday."),
    (
        "How many visitors were there in the last 7 days?",
        [{"visitors": 8}],
        "There were 8 visitors in the last 7 days.",
    ),
    ("How many sessions on 2026-11-16?", [{"sessions": 2}], "There were 2 sessions on 2026-11-16."),
    (
        'How many "Cart Abandon" events this week?',
        [{"events": 2}],
        'There were 2 events "Cart Abandon" this week.',
    ),
    (
        "How many signup_completed events yesterday?",
        [{"events": 0}],
        'There was no event "signup_completed" yesterday.',
    ),
    (
        "how many page views did the about page get this month",
        [{"page_views": 1}],
        'There was 1 page view of pages with "about" in their path this month.',
    ),
    (
        "What is the average time spent on the top 1 pages?",
        [{"page": "/pricing", "views": 11, "avg_time_seconds": 1362.9}],
        "Of the 1 page most viewed over all time, people stayed longest on /pricing: 1,362.9 seconds on average.",
    ),
]


@pytest.mark.parametrize(("question", "data", "insights"), ANSWERS, ids=[answer[0] for answer in ANSWERS])
def test_an_answer(owner: Person, question: str, data: list[dict[str, Any]], insights: str) -> None:
    body = ask(owner, question).json()
    assert body.get("source") == "catalogue", body
    assert body["data"] == data
    assert body["insights"] == insights


@pytest.mark.parametrize("question", [answer[0] for answer in ANSWERS])
def test_a_project_without_events_says_so_plainly(owner: Person, question: str) -> None:
    body = ask(owner, question, customer_id="empty").json()
    assert body["success"] is True
    assert body["insights"].startswith(("No ", "There was no ", "Nobody ")), body["insights"]


def test_what_is_asked_further_is_answered_too(owner: Person) -> None:
    related = {query for question, *_ in ANSWERS for query in ask(owner, question).json()["related_queries"]}
    assert len(related) > 5
    for question in related:
        assert ask(owner, question).json()["source"] == "catalogue", question
