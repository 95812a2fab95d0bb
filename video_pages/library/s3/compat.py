"""Private APIs of django-storages that this package uses; tests/library/s3/test_compat.py checks each of them."""

from typing import Any, cast

from storages.backends.s3 import S3Storage


class KeyedStorage(S3Storage):
    """django-storages' storage, with public names for the rules that `storage` takes over."""

    def key_below_location(self, name: str) -> str:
        """Return the key of the object `name`, a clean name. Raises SuspiciousFileOperation."""
        return cast(str, self._normalize_name(name))

    def write_parameters(self, name: str, content: Any) -> dict[str, Any]:
        """Return the parameters of a request that writes `content` as `name`."""
        return cast(dict[str, Any], self._get_write_parameters(name, content))
