"""Questions in SQL: the queries that a project's members keep.

Owns gosight.db's table saved_queries.
"""

__all__: list[str] = []
