"""The index of each database over the rows of SearchEntry, and its query for candidates.

base        what an engine does: install its index, find candidates
sqlite      FTS5, kept by triggers of SearchEntry
postgresql  a generated tsvector with a GIN index
choice      the engine of the default database
"""
