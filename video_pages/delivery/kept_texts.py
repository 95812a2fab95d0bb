"""Small texts of packages in a bucket, kept in the memory of a process: each is fetched once and not for each viewer.

The playlists of a rendition and the map of a storyboard never change under their name. The list of renditions does, so
it is fetched each time. Whether a viewer may have a text is decided before, for each request.
"""

import io
import threading
from collections import OrderedDict
from typing import IO, Any, cast

from django.core.files.storage import Storage

from video_pages.library.paths import UNCHANGING_TEXT
from video_pages.library.storage import LibraryStorage

MAX_TEXT_BYTES = 1024 * 1024
"""The playlist of a film of twelve hours is smaller."""
MAX_BYTES = 16 * 1024 * 1024
"""All texts that one process keeps; those that were asked for last stay."""


class KeptText(io.BytesIO):
    """A text in memory, open for reading; `facts` are those of its object, as of one that was opened in the bucket."""

    def __init__(self, content: bytes, facts: Any) -> None:
        super().__init__(content)
        self.facts = facts


class KeptTexts:
    """(content, facts) of the texts that were asked for last, by place and name. Thread-safe."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[tuple[str, str], tuple[bytes, Any]] = OrderedDict()
        self._bytes, self._max_bytes = 0, max_bytes

    def get(self, key: tuple[str, str]) -> tuple[bytes, Any] | None:
        """Return (content, facts) of the text, or None."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def keep(self, key: tuple[str, str], content: bytes, facts: Any) -> None:
        """Keep the text, and forget those that were not asked for the longest, if it is needed."""
        with self._lock:
            former = self._texts.pop(key, None)
            self._bytes += len(content) - (len(former[0]) if former else 0)
            self._texts[key] = content, facts
            while self._bytes > self._max_bytes:
                _key, (forgotten, _facts) = self._texts.popitem(last=False)
                self._bytes -= len(forgotten)


kept_texts = KeptTexts()


def is_kept(storage: Storage, name: str) -> bool:
    """Return whether the file `name` of `storage` is a text that is kept after its first request."""
    return bool(getattr(storage, "is_remote", False) and UNCHANGING_TEXT.fullmatch(name))


def open_kept(storage: Storage, name: str) -> IO[bytes]:
    """Open the text `name` of the bucket, from memory if it is there. Raises FileNotFoundError and StorageAway."""
    key = cast(LibraryStorage, storage).place, name
    if kept := kept_texts.get(key):
        return KeptText(*kept)
    opened: Any = storage.open(name)
    file = opened.file.detach()
    if file.facts.size > MAX_TEXT_BYTES:
        return cast(IO[bytes], file)
    with file:
        file.expect_end(file.facts.size)
        content = file.readall()
    kept_texts.keep(key, content, file.facts)
    return KeptText(content, file.facts)
