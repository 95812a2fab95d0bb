"""Django's PostgreSQL engine, which never hands out a pooled connection that the server has closed (see `base`)."""
