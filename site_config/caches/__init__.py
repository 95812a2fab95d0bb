"""Caches whose errors are misses: the site works without its cache, only slower.

tolerant  turn an error into a miss and one log line
redis     Redis, with short timeouts
files     files in DATA_DIR
"""
