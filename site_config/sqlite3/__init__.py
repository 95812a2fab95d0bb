"""The engine for SQLite: Django's, with connections that stay open between requests.

base         the engine
cursor       refuses a NUL in a text, as PostgreSQL does
letter_case  lookups that find capital letters beyond ASCII
pool         the open connections that no thread uses
compat       private APIs of Django's engine that we use
"""
