"""What the rest of the product asks of the gate. `queries` imports it with the first query: reading SQL takes 12 MiB of
memory and a tenth of a second to begin with, which a server that nobody asks in SQL need not spend."""

from gosight.query.sql.functions import all_functions
from gosight.query.sql.gate import prepared
from gosight.query.sql.inspection import STATEMENT, need_harmless
from gosight.query.sql.tables import TABLES
from gosight.query.sql.weight import may_be_large, watched

__all__ = ["STATEMENT", "TABLES", "all_functions", "may_be_large", "need_harmless", "prepared", "watched"]
