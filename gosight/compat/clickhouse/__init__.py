"""ClickHouse's HTTP interface, on a port of its own (`[clickhouse] port`): read only, through the gate of POST /query.

Owns no table. A connection is bound to the one project whose API key it brings; what clients ask about the schema is
answered from what `Queries` tells, everything else is a query of that project.
"""

from gosight.compat.clickhouse.endpoint import ClickHouse

__all__ = ["ClickHouse"]
