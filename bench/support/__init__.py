"""What the benches stand on: a site of their own under gunicorn, clients, and the table in the docs."""
