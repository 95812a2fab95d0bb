"""Caches whose errors are misses: without its cache the site works, but slower.

tolerant  mixin that counts an error as a miss and logs an outage once
redis     Redis, with short timeouts
files     files in DATA_DIR
"""
