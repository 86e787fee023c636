"""Questions in SQL, ClickHouse's or DuckDB's, about one project's data, and the queries that a project's members keep.

Nothing that somebody writes is ever run: it is read into a tree, looked through, and written anew with the project's
own data in place of each table (`sql`). Reads what `events` keeps; owns gosight.db's table saved_queries.
"""

from gosight.query.model import Column, Function, MissingCustomerFilter, QueryRefused, Result, Table, TableColumn
from gosight.query.queries import Queries

__all__ = ["Column", "Function", "MissingCustomerFilter", "Queries", "QueryRefused", "Result", "Table", "TableColumn"]
