"""Django's upload handler: accepts the files that the upload policy allows, counts their bytes, refuses the rest.

Django parses a form as soon as code reads `request.POST`, which the CSRF check does, before the view and before any
decorator. So the decision is made here, from the resolved address and the signed-in user, before a byte is written. The
bytes of a refused file are read and dropped: the fields after it arrive, and the form is shown again with its input and
the reason beside its file field. Only requests that may contain no file at all are left unread.
"""

import os
from collections.abc import Callable
from typing import IO, Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from video_pages.core import disk_space
from video_pages.core.typography import join_sentences
from video_pages.uploads import limits
from video_pages.uploads.files import ArrivedFile, RefusedFile
from video_pages.uploads.policy import UploadPolicy, upload_policy
from video_pages.uploads.repainting import repaint

CHECK_EVERY_BYTES = 64 * 1024 * 1024
"""The interval between checks of the free disk space: other files arrive at the same time."""


class PolicyUploadHandler(FileUploadHandler):
    """Accepts files on the upload screens only; see the module."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self._policy = upload_policy(cast(HttpRequest, self.request))
        self._announced_bytes = content_length
        self._received: dict[limits.Limit, int] = {}  # bytes so far: files of one kind share their limit
        self._fields: set[str] = set()
        self._open: ArrivedFile | None = None
        self._refusal: limits.UploadRefusal | None = None

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if self._policy is None:
            raise StopUpload(connection_reset=True)
        limit = self._policy.limit_for(field_name)
        if limit is None or (self._is_video and field_name in self._fields):
            raise SkipFile
        self._limit = limit
        self._fields.add(field_name)
        self._refusal = None
        self._until_check = CHECK_EVERY_BYTES
        if self._is_video and self._policy.exceeds_limit(self._announced_bytes):
            self._refuse(self._limit)
        else:
            os.makedirs(settings.FILE_UPLOAD_TEMP_DIR, mode=0o750, exist_ok=True)
            self._open = ArrivedFile(self.file_name or "", self.content_type)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._refusal is not None:
            return
        received = self._received.get(self._limit, 0) + len(raw_data)
        self._received[self._limit] = received
        if received > self._limit.max_bytes:
            self._refuse(self._limit)
        elif not self._has_disk_for(raw_data):
            self._refuse(limits.disk_limit())
        else:
            self._write(self._file.write, raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self._refusal is None:
            self._write(self._file.flush)
        if self._refusal is None and not self._is_video:
            file_size = self._repainted(file_size)
        if self._refusal is not None:
            return self._refused(self._refusal)
        uploaded, self._open = self._file, None
        uploaded.seek(0)
        uploaded.size = file_size
        return uploaded

    def upload_interrupted(self) -> None:
        self._discard()

    @property
    def _file(self) -> ArrivedFile:
        """The file that is written now; it is open while there is no refusal."""
        return cast(ArrivedFile, self._open)

    @property
    def _is_video(self) -> bool:
        return self.field_name == cast(UploadPolicy, self._policy).video_field

    def _has_disk_for(self, raw_data: bytes) -> bool:
        """Return whether the disk has room for `raw_data`; it is checked every CHECK_EVERY_BYTES."""
        self._until_check -= len(raw_data)
        if self._until_check > 0:
            return True
        self._until_check = CHECK_EVERY_BYTES
        return limits.disk_limit().max_bytes >= len(raw_data)

    def _write(self, write: Callable[..., object], *arguments: bytes) -> None:
        try:
            write(*arguments)
        except OSError as error:
            if not disk_space.is_unwritable(error):
                raise
            self._refuse(limits.Limit(0, limits.DISK_FULL))

    def _repainted(self, file_size: int) -> int:
        """Redraw the file in place if it is an image; return its size in bytes."""
        try:
            return repaint(self._file) or file_size
        except ValidationError as error:
            self._refusal = limits.UploadRefusal(error.code or "", join_sentences(error.messages))
            self._discard()
            return file_size

    def _refuse(self, limit: limits.Limit) -> None:
        self._refusal = limit.refusal()
        self._discard()

    def _refused(self, refusal: limits.UploadRefusal) -> UploadedFile | None:
        """Return a RefusedFile for the form on our screens; on Wagtail's add a message and return None."""
        if cast(UploadPolicy, self._policy).video_field is None:
            messages.error(cast(HttpRequest, self.request), refusal.message)
            return None
        return cast(UploadedFile, RefusedFile(self.file_name, refusal))

    def _discard(self) -> None:
        file, self._open = self._open, None
        if file is None:
            return
        try:
            file.close()  # which removes it
        except OSError as error:  # the disk is full when the buffer is flushed; the file is removed nevertheless
            if not disk_space.is_unwritable(error):
                raise
