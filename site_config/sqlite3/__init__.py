"""The engine for SQLite: Django's, with connections that stay open between requests.

base  the engine
pool  the open connections that no thread uses
"""
