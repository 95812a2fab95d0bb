"""The contract of delivery, asked of each backend as it runs: gunicorn alone, and real nginx in front of it."""
