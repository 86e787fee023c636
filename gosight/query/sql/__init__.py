"""From the SQL that somebody wrote to the SQL that runs: read (`reading`), looked through (`shapes`, `scopes`,
`customers`), its functions put into DuckDB's (`functions_table`, `rules`, `builders`, `functions`), held to a size
(`sizes`), its tables into the project's own data (`tables`), and written anew (`gate`); and looked at once more
(`inspection`).
"""
