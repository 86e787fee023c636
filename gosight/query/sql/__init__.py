"""From the SQL that somebody wrote to the SQL that runs: read (`reading`), looked through (`shapes`, `scopes`,
`customers`), its functions put into DuckDB's (`functions_table`, `rules`, `builders`, `functions`), held to a size
(`sizes`), its tables into the project's own data (`tables`), and written anew (`gate`); and looked at once more
(`inspection`).

`queries` imports this package with the first query: reading SQL takes 12 MiB of memory and a tenth of a second to begin
with, which a server that nobody asks in SQL need not spend.
"""

from gosight.query.sql.functions import all_functions
from gosight.query.sql.gate import prepared
from gosight.query.sql.inspection import STATEMENT, need_harmless
from gosight.query.sql.reading import CALLS, grammar
from gosight.query.sql.tables import TABLES
from gosight.query.sql.weight import may_be_large, watched

__all__ = [
    "CALLS",
    "STATEMENT",
    "TABLES",
    "all_functions",
    "grammar",
    "may_be_large",
    "need_harmless",
    "prepared",
    "watched",
]
