"""An uploaded file before it is in the library, and one that was refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files import temp
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

if TYPE_CHECKING:  # `limits` comes after this module in the import order
    from video_pages.uploads.limits import UploadRefusal

PREFIX, SUFFIX = "arriving-", ".upload"
"""The names of temporary uploads; they contain nothing of the name that a person typed."""


class ArrivedFile(TemporaryUploadedFile):
    """A file that was uploaded to FILE_UPLOAD_TEMP_DIR: saving it in the library is a rename.

    Django's class puts the end of the typed name into the temporary name, also if it is long or odd.
    """

    def __init__(self, name: str, content_type: str | None = "", size: int = 0) -> None:
        file = temp.NamedTemporaryFile(prefix=PREFIX, suffix=SUFFIX, dir=settings.FILE_UPLOAD_TEMP_DIR)
        UploadedFile.__init__(self, file, name, content_type, size)


class RefusedFile(ContentFile):
    """An entry in a form's files for an upload that was refused, so that its field shows the reason."""

    def __init__(self, name: str | None, refusal: "UploadRefusal") -> None:
        super().__init__(b"", name=name)
        self.refusal = refusal


@contextmanager
def discarded_unless_saved(*rows: Any) -> Iterator[None]:
    """Mark the files that the unsaved `rows` have moved into their storages for removal if the block raises.

    This context is the outer one of the transaction, so that the mark is written after the rollback. `rows` are model
    instances with a field `file`.
    """
    before = [row.file.name for row in rows]
    try:
        yield
    except BaseException:
        for row, name in zip(rows, before, strict=True):
            if row.file.name and row.file.name != name:
                row.file.storage.delete(row.file.name)
        raise
