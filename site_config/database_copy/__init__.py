"""Copy all rows of the site from one database to another, for `manage.py copy_database`.

tables         the tables of the site's models, and the conditions for a copy
rows           rows as values: read, written, and their digest
counters       the last numbers that a database gave to new rows
copying        the copy: one transaction on each side
"""
