"""The storage of the library in a bucket, for Django: django-storages' names and parameters, our own requests.

django-storages makes a resource of boto3 for each thread and fetches an object whole before its first byte is read.
Here all threads share one client, and an open file reads the ranges that it needs (`reader`).
"""

import datetime as dt
import io
import posixpath
from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.core.files.base import File
from django.utils.deconstruct import deconstructible
from storages.utils import clean_name

from video_pages.library.s3 import signing, transfer
from video_pages.library.s3.client import internal_client, keyless_client, public_client, reading_client
from video_pages.library.s3.compat import KeyedStorage
from video_pages.library.s3.errors import as_file_errors, with_key
from video_pages.library.s3.multipart import Multipart
from video_pages.library.s3.reader import ObjectFacts, ObjectReader
from video_pages.library.storage import LibraryStorage

BUFFER_BYTES = 64 * 1024
LONGEST_SIGNED_SECONDS = 7 * 24 * 3600
"""Signature Version 4 allows no longer life of an address."""


@deconstructible(path="video_pages.library.s3.storage.ObjectStorage")
class ObjectStorage(Multipart, LibraryStorage, KeyedStorage):
    """Objects in S3_BUCKET below S3_PREFIX, readable only with the site's key.

    Every method raises FileNotFoundError for a missing object and StorageAway if the bucket can't be used.
    """

    is_remote = True

    def __init__(self) -> None:
        super().__init__(
            bucket_name=settings.S3_BUCKET,
            location=settings.S3_PREFIX,
            access_key=settings.S3_ACCESS_KEY_ID or None,
            secret_key=settings.S3_SECRET_ACCESS_KEY or None,
            # As FileSystemStorage: `save` never replaces a file.
            file_overwrite=False,
        )

    @property
    def place(self) -> str:
        return f"s3://{posixpath.join(self.bucket_name, self.location)}"

    def key(self, name: str) -> str:
        """Return the key of the object `name`; that of "" is the prefix. Raises SuspiciousFileOperation."""
        return self.key_below_location(clean_name(name)) if name else cast(str, self.location)

    def facts(self, name: str) -> ObjectFacts:
        """Return the ObjectFacts of the file `name`, by one request."""
        key = self.key(name)
        with as_file_errors(name):
            head = reading_client().head_object(Bucket=self.bucket_name, Key=key)
        return ObjectFacts(self.bucket_name, key, head["ContentLength"], head["LastModified"], head["ETag"])

    def signed_url(
        self,
        name: str,
        *,
        seconds: int,
        content_type: str | None = None,
        cache_control: str | None = None,
        method: str = "get_object",
        parameters: Mapping[str, Any] | None = None,
        for_servers: bool = False,
    ) -> str:
        """Return an address at which a browser may do one thing with the file `name` for `seconds`; no request is made.

        `method` names an operation of boto3's client (get_object, head_object, put_object, upload_part, …) and
        `parameters` are further ones of it (UploadId, PartNumber). For get_object, `content_type` and `cache_control`
        are headers of the answer. With `for_servers` the address is that which our own servers use. Raises StorageAway
        without credentials.
        """
        lifetime = max(1, min(int(seconds), LONGEST_SIGNED_SECONDS))
        with with_key(name):
            client = internal_client() if for_servers else public_client()
        if method in signing.METHODS and not parameters:
            named = (("response-cache-control", cache_control), ("response-content-type", content_type))
            answer = tuple((header, value) for header, value in named if value is not None)
            with with_key(name):
                return signing.read_address(
                    client, self.bucket_name, self.key(name), operation=method, seconds=lifetime, answer=answer
                )
        params: dict[str, Any] = {"Bucket": self.bucket_name, "Key": self.key(name), **(parameters or {})}
        if content_type is not None:
            params["ResponseContentType"] = content_type
        if cache_control is not None:
            params["ResponseCacheControl"] = cache_control
        with with_key(name):
            return cast(str, client.generate_presigned_url(method, Params=params, ExpiresIn=lifetime))

    def public_origin(self) -> str:
        """Return the origin of `signed_url` for browsers; neither a key nor the bucket is needed."""
        return signing.origin(keyless_client(), self.bucket_name)

    def remove_now(self, name: str) -> None:
        with as_file_errors(name):
            internal_client().delete_object(Bucket=self.bucket_name, Key=self.key(name))

    def exists(self, name: str) -> bool:
        try:
            self.facts(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return self.facts(name).size

    def get_modified_time(self, name: str) -> dt.datetime:
        return self.facts(name).modified_at

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files directly in `path`; two empty lists if there are none."""
        prefix = self.folder_prefix(path)
        folders, files = [], []
        with as_file_errors(path):
            pages = internal_client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=prefix, Delimiter="/"):
                folders += [found["Prefix"][len(prefix) : -1] for found in page.get("CommonPrefixes", ())]
                files += [found["Key"][len(prefix) :] for found in page.get("Contents", ()) if found["Key"] != prefix]
        return folders, files

    def folder_prefix(self, name: str) -> str:
        """Return the beginning of the keys of all objects in the folder `name` ("" is the whole library)."""
        key = self.key(name)
        return f"{key}/" if key else ""

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError(f"files of the library are opened for reading bytes, not {mode!r}")
        facts = self.facts(name)
        reader = ObjectReader(reading_client(), name, facts)
        return File(io.BufferedReader(reader, BUFFER_BYTES), name)

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        self.send(content, name)
        return cast(str, clean_name(name))

    def send(self, file: Any, name: str, *, on_tick: transfer.OnTick = None) -> int:
        """Write the rest of the open binary `file` as `name`, in place of what was there; return its size in bytes.

        The object appears whole. `on_tick()` is called several times a second; what it raises ends the transfer.
        """
        parameters = self.write_parameters(name, file)
        return transfer.send(file, self.bucket_name, self.key(name), name=name, parameters=parameters, on_tick=on_tick)
