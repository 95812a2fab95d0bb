"""Django's PostgreSQL engine, without pooled connections that the server has closed (see `base`)."""
