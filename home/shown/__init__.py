"""Conditional answers: pages that are the same for all strangers have an ETag, by a version of all that pages show.

models       the row with the version
triggers     triggers of the database that change the version with each row that pages show
version      reads the version, and the moments at which pages change by themselves
release      a digest of the site's code and settings
conditional  the ETag of a request, and the answer 304
"""
