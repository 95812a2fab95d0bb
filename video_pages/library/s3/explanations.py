"""Sentences for operators about errors of an S3 server: the cause, and the cure."""

from urllib.parse import urlsplit

from botocore.exceptions import (
    ClientError,
    ConnectionError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from django.conf import settings

from video_pages.library.s3.errors import code_of

RIGHTS = (
    "s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, "
    "s3:ListBucketMultipartUploads, s3:ListMultipartUploadParts"
)
WRONG_REGION = {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException", "301"}
BUSY = {"SlowDown", "ServiceUnavailable", "InternalError", "Throttling", "RequestTimeout", "500", "502", "503", "504"}


def explain(error: Exception, doing: str, *, bucket: str) -> str:
    """Return the sentence about `error`, an exception of boto3 or of a connection, in the check `doing`."""
    if isinstance(error, ClientError):
        return _of_answer(error, doing, bucket)
    place = _place()
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "There is no key: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give the machine a role."
    if isinstance(error, SSLError):
        return f"The TLS certificate of {place} is not trusted by this machine: {error}. Look at S3_ENDPOINT_URL."
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError | ConnectionRefusedError):
        return f"No S3 server answers at {place}: look at S3_ENDPOINT_URL, at firewalls, and whether the server runs."
    if isinstance(error, ReadTimeoutError | ConnectionError | HTTPClientError | OSError):
        return f"The connection to {place} breaks ({error}): look at S3_ENDPOINT_URL, at proxies and firewalls."
    return f"The check {doing!r} failed: {error}"


def _of_answer(error: ClientError, doing: str, bucket: str) -> str:
    code, message = code_of(error), error.response.get("Error", {}).get("Message", "")
    if code == "NoSuchBucket":
        return f"There is no bucket {bucket} at {_place()}: make it, or correct S3_BUCKET."
    if code == "InvalidAccessKeyId":
        return f"{_place()} does not know the key {settings.S3_ACCESS_KEY_ID}: correct S3_ACCESS_KEY_ID."
    if code == "SignatureDoesNotMatch":
        return (
            "S3_SECRET_ACCESS_KEY does not belong to S3_ACCESS_KEY_ID, or a proxy changes requests on the way to "
            f"{_place()}: correct the key."
        )
    if code == "RequestTimeTooSkewed":
        return "The clock of this machine differs from that of the S3 server by many minutes: set it, best by NTP."
    if code in WRONG_REGION:
        known = error.response.get("Error", {}).get("Region", "")
        there = f"in {known}" if known else "in another region"
        return f"The bucket {bucket} is {there}, but S3_REGION is {settings.S3_REGION}: correct it. ({message})"
    if code in ("AccessDenied", "AllAccessDisabled", "403"):
        return f"The key may not do this in the bucket {bucket} ({doing}): it needs {RIGHTS}."
    if code in BUSY:
        return f"{_place()} fails or is overloaded at the moment ({code}): try again, and look at the server."
    return f"{_place()} refuses the check {doing!r}: {code} {message}"


def _place() -> str:
    return urlsplit(settings.S3_ENDPOINT_URL).netloc or f"AWS ({settings.S3_REGION})"
