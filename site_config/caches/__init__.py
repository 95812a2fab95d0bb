"""Caches whose errors are misses: the site works without its cache, only slower.

tolerant  what they share: what an error turns into, and one line in the log
redis     Redis, with short timeouts
files     files in DATA_DIR, which may be on a full disk
"""
