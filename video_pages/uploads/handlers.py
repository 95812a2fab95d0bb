"""Django's upload handler: takes the files that the gate lets in, counts them as they flow, refuses the rest.

Django parses a form as soon as anything reads `request.POST`, which the CSRF check does, before the view and
before any decorator. So the decision is made here, from the resolved address and the signed-in user, before a
byte is kept. A refused file still flows past, to nowhere: then the fields after it arrive, and the form comes
back with everything that was typed and the reason beside its file field. Only requests that may carry no file
at all are left unread.
"""

import errno
import os

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from video_pages.uploads import limits
from video_pages.uploads.files import ArrivedFile, RefusedFile
from video_pages.uploads.policy import upload_policy
from video_pages.uploads.repainting import repaint

LOOK_EVERY_BYTES = 64 * 1024 * 1024
"""How often the disk is looked at again while a file arrives: others may be filling it, too."""

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class PolicyUploadHandler(FileUploadHandler):
    """Takes files on the upload screens and nowhere else; see the module."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self._gate = upload_policy(self.request)
        self._announced_bytes = content_length
        self._received = {}  # Limit -> bytes so far: files of one kind share their limit
        self._fields = set()
        self._arriving = None
        self._refusal = None

    def new_file(self, field_name, *args, **kwargs):
        super().new_file(field_name, *args, **kwargs)
        if self._gate is None:
            raise StopUpload(connection_reset=True)
        self._limit = self._gate.limit_for(field_name)
        if self._limit is None or (self._is_video and field_name in self._fields):
            raise SkipFile
        self._fields.add(field_name)
        self._refusal = None
        self._until_look = LOOK_EVERY_BYTES
        if self._is_video and self._gate.exceeds_limit(self._announced_bytes):
            self._refuse(self._limit)
        else:
            os.makedirs(settings.FILE_UPLOAD_TEMP_DIR, mode=0o750, exist_ok=True)
            self._arriving = ArrivedFile(self.file_name, self.content_type)

    def receive_data_chunk(self, raw_data, start):
        if self._refusal is not None:
            return None
        received = self._received.get(self._limit, 0) + len(raw_data)
        self._received[self._limit] = received
        if received > self._limit.max_bytes:
            self._refuse(self._limit)
        elif not self._has_disk_for(raw_data):
            self._refuse(limits.disk_limit())
        else:
            self._write(self._arriving.write, raw_data)
        return None

    def file_complete(self, file_size):
        if self._refusal is None:
            self._write(self._arriving.flush)
        if self._refusal is None and not self._is_video:
            file_size = self._repainted(file_size)
        if self._refusal is not None:
            return self._refused()
        arrived, self._arriving = self._arriving, None
        arrived.seek(0)
        arrived.size = file_size
        return arrived

    def upload_interrupted(self):
        self._discard()

    @property
    def _is_video(self):
        return self.field_name == self._gate.video_field

    def _has_disk_for(self, raw_data):
        """Look at the disk now and then: other files arrive at the same time."""
        self._until_look -= len(raw_data)
        if self._until_look > 0:
            return True
        self._until_look = LOOK_EVERY_BYTES
        return limits.disk_limit().max_bytes >= len(raw_data)

    def _write(self, write, *arguments):
        try:
            write(*arguments)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            self._refuse(limits.Limit(0, limits.DISK_FULL))

    def _repainted(self, file_size):
        """Have a picture drawn anew where it lies; return the size in bytes that the file then has."""
        try:
            return repaint(self._arriving) or file_size
        except ValidationError as error:
            self._refusal = limits.UploadRefusal(error.code, " ".join(error.messages))
            self._discard()
            return file_size

    def _refuse(self, limit):
        self._refusal = limit.refusal()
        self._discard()

    def _refused(self):
        """What the form gets: on our screens a stand-in that says why, elsewhere nothing and a message."""
        if self._gate.video_field is None:
            messages.error(self.request, self._refusal.message)
            return None
        return RefusedFile(self.file_name, self._refusal)

    def _discard(self):
        arriving, self._arriving = self._arriving, None
        if arriving is None:
            return
        try:
            arriving.close()  # which removes it
        except OSError as error:  # what was still to be written found no room; the file is gone all the same
            if error.errno not in NO_SPACE:
                raise
