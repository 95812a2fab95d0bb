"""Django's PostgreSQL engine, without pooled connections that the server has closed.

base     the engine
bounded  limits on how long a connection waits for the server
compat   private APIs of Django's engine that we use
"""
