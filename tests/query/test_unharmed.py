"""While hostile queries run, a server goes on taking events and answering others, within the memory it may take."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.query.test_hostile import CORPUS
from tests.running import Answer, Server, running

OURS = "customer_id = 'demo_tenant'"
BOTH = f"from events_raw a, events_raw b where a.{OURS} and b.{OURS}"
HEAVY = [
    f"select count(*) from events_raw a, events_raw b, events_raw c where a.{OURS} and b.{OURS} and c.{OURS}",
    f"select a.properties, count(*) {BOTH} group by 1 order by 2",
    f"select uniq(a.event_id, b.event_id) {BOTH}",
    f"select groupArray(properties) over () from events_raw where {OURS}",
    "select count(*) from (select arrayJoin(range(9999)) n) a, (select arrayJoin(range(9999)) n) b where a.n * b.n = 3",
]
"""What the gate lets through and only time and memory end."""
MOST_MB = 512
"""Of the whole process, at its worst moment: what the product may take."""


def test_nobody_else_notices(tmp_path: Path) -> None:
    with running(tmp_path / "data", sql__timeout_seconds="1") as server:
        site = server.site(id_="demo_tenant")
        for batch in range(6):
            site.send(
                *({"type": "click", "payload": {"n": n, "text": "x" * 200}} for n in range(500)), session_id=f"s{batch}"
            )
        queries = [sql for _, sql in CORPUS] + HEAVY * 2

        def ask(sql: str) -> Answer:
            body = json.dumps({"customer_id": site.id, "sql": sql})
            return server.ask(
                "POST", "/query", body, {"X-GoSight-Key": site.read_key, "Content-Type": "application/json"}
            )

        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(ask, sql) for sql in queries]
            others = 0
            while not all(one.done() for one in asked):
                assert site.send({"type": "page_view", "url": "https://a.example/"}, session_id="other").status == 200
                assert site.read("/overview").status == 200
                others += 1
            statuses = {one.result().status for one in asked}
        assert statuses <= {200, 400, 403, 404, 503}
        assert others > 3
        assert site.count() == 3_000 + others
        assert peak_mb(server) < MOST_MB


def peak_mb(server: Server) -> float:
    """The most memory that the process has held."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1024
