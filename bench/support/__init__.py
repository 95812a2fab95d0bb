"""The common parts of the benchmarks: a temporary site under gunicorn, clients, and the table in the docs."""
