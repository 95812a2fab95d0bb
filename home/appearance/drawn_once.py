"""Pictures that a process draws once: an address contains the digest of what its picture is made of."""

import threading
from collections.abc import Callable, Hashable


class DrawnOnce:
    """The last `most` pictures, by what they are made of. Safe for threads.

    One is drawn at a time: a large logo takes hundreds of megabytes for a moment, and those of several requests would
    add up.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._images: dict[Hashable, bytes] = {}

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> bytes:
        """Return the picture of `key`, which `draw()` makes if it is not kept."""
        with self._lock:
            if key not in self._images:
                image = draw()
                while len(self._images) >= self._most:
                    self._images.pop(next(iter(self._images)))
                self._images[key] = image
            return self._images[key]

    def clear(self) -> None:
        """Forget all pictures."""
        with self._lock:
            self._images.clear()
