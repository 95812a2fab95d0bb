"""Files as a cache: on a full disk, and where somebody changed the directory's rights, nothing is kept."""

from django.core.cache.backends import filebased

from site_config.caches.tolerant import Tolerant


class FileCache(Tolerant, filebased.FileBasedCache):
    """Django's backend, whose errors are misses. No pause: the disk answers at once, and reading may still work."""
