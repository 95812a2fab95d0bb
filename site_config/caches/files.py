"""Files as a cache: if the disk is full or the directory is not writable, nothing is stored."""

from django.core.cache.backends import filebased

from site_config.caches.tolerant import Tolerant


class FileCache(Tolerant, filebased.FileBasedCache):
    """Django's backend, whose errors are misses. Without a pause: a disk error is fast, and reading may still work."""
