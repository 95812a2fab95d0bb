"""Exceptions of boto3 as those that code about files expects: FileNotFoundError, or StorageAway for everything else."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    MetadataRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
)
from django.conf import settings
from s3transfer.exceptions import RetriesExceededError, S3DownloadFailedError, S3UploadFailedError, S3ValidationError

from video_pages.library.s3.client import reading_client
from video_pages.library.s3.outage import outage
from video_pages.library.storage import StorageAway

NO_OBJECT = {"404", "NoSuchKey", "NotFound"}
"""Codes of a missing object. `NoSuchBucket` is not among them: it says nothing about the file."""
NO_REASON = "404"
"""The code of an answer without a body, which is that to a HEAD: the object is missing, or its bucket."""
KEY_ERRORS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, MetadataRetrievalError)
TRANSPORT_ERRORS = (
    BotoCoreError,
    HTTPClientError,
    Boto3Error,
    RetriesExceededError,
    S3DownloadFailedError,
    S3UploadFailedError,
    S3ValidationError,
)


def code_of(error: ClientError) -> str:
    """Return the code of an answer that is an error, such as NoSuchKey; a HEAD has only the number of the status."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def as_file_errors(name: str) -> Iterator[None]:
    """Raise FileNotFoundError or StorageAway for what boto3 raises in the block, which is about the file `name`.

    During an outage StorageAway is raised before the block.
    """
    if not outage.admits():
        raise away(name, "it did not answer a moment ago")
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        outage.note(answered=status < 500, problem=error)
        if code_of(error) in NO_OBJECT:
            if code_of(error) == NO_REASON:
                _require_bucket(name)
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name) from error
        raise away(name, error) from error
    except TRANSPORT_ERRORS as error:
        outage.note(answered=False, problem=error)
        raise away(name, error) from error
    else:
        outage.note(answered=True)


@contextmanager
def with_key(name: str) -> Iterator[None]:
    """Raise StorageAway about the file `name` if there is no key for the block, which signs and sends nothing.

    What sends nothing neither waits for the end of an outage nor ends it.
    """
    try:
        yield
    except KEY_ERRORS as error:
        raise away(name, error) from error


def _require_bucket(name: str) -> None:
    """Raise StorageAway about the file `name` unless the bucket is there."""
    try:
        reading_client().head_bucket(Bucket=settings.S3_BUCKET)
    except ClientError as error:
        raise away(name, f"there is no such bucket, or the key may not see it ({error})") from error
    except TRANSPORT_ERRORS as error:
        outage.note(answered=False, problem=error)
        raise away(name, error) from error


def away(name: str, problem: object) -> StorageAway:
    """Return the StorageAway about the file `name`."""
    return StorageAway(f"The bucket {settings.S3_BUCKET} could not be used for {name or 'a list'}: {problem}")
