"""From the SQL that somebody wrote to the SQL that runs: read (`reading`), looked through (`shapes`, `scopes`), its
functions put into DuckDB's (`functions`), its tables into the project's own data (`tables`), and written anew (`gate`).
"""
