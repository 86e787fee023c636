"""The two databases: SQLite for what changes, DuckDB for what happened. Only this folder imports a driver."""
