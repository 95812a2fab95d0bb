"""An upload on its way into the library, and one that was refused."""

from contextlib import contextmanager

from django.conf import settings
from django.core.files import temp
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

PREFIX, SUFFIX = "arriving-", ".upload"
"""How temporary uploads are called; nothing of the name that a person typed goes into it."""


class ArrivedFile(TemporaryUploadedFile):
    """A file that was uploaded to FILE_UPLOAD_TEMP_DIR: saving it in the library is a rename.

    Django's own class puts the end of the typed name into the temporary name, however long and odd it is.
    """

    def __init__(self, name, content_type="", size=0):
        file = temp.NamedTemporaryFile(prefix=PREFIX, suffix=SUFFIX, dir=settings.FILE_UPLOAD_TEMP_DIR)
        UploadedFile.__init__(self, file, name, content_type, size)


class RefusedFile(ContentFile):
    """Stands in a form's files for an upload that was not taken, so that its field can say why."""

    def __init__(self, name, refusal):
        super().__init__(b"", name=name)
        self.refusal = refusal


@contextmanager
def discarded_unless_saved(*rows):
    """If what is done inside fails, have the files removed that the unsaved `rows` had moved into their storages.

    Goes around the transaction, so that a mark is made after it was rolled back. `rows` have a field `file`.
    """
    before = [row.file.name for row in rows]
    try:
        yield
    except BaseException:
        for row, name in zip(rows, before, strict=True):
            if row.file.name and row.file.name != name:
                row.file.storage.delete(row.file.name)
        raise
