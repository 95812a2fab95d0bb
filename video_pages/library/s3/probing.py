"""Find out whether a bucket can hold the library: each check is one sentence, what is wrong and what to do.

The checks write, read, list, sign and delete one small object of a random name, in an order in which the first fault
explains those after it. They use the library's settings, and no retries: a fault must not be waited for.
"""

import contextlib
import datetime as dt
import email.utils
import http.client
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError  # of botocore, which reads this answer by itself

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from video_pages.library.s3.client import Client, make_client
from video_pages.library.s3.errors import NO_OBJECT, code_of
from video_pages.library.s3.explanations import explain
from video_pages.library.s3.storage import ObjectStorage
from video_pages.library.s3.web import fetch

MOST_SKEW = dt.timedelta(seconds=30)
"""Servers refuse requests of another time from 15 minutes on. But an address that is signed for a minute opens nothing
if the clock is a minute behind, and not yet if it is ahead."""
SIGNED_SECONDS = 60
CONTENT = b"Screening Room checks this bucket. This object can be removed."
PART_BYTES = 5 * 1024 * 1024
"""The smallest part of an object in several parts, but for the last."""
CORS_RULE = (
    '[{"AllowedOrigins": ["%s"], "AllowedMethods": ["GET", "HEAD", "PUT"], "AllowedHeaders": ["*"], '
    '"ExposeHeaders": ["ETag", "Content-Range", "Content-Length"], "MaxAgeSeconds": 3600}]'
)


def _now() -> dt.datetime:
    # The database's clock would not do: it is this machine's that signs.
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


class Fault(Exception):
    """One thing that is wrong with the bucket: a sentence, and what to do."""


@dataclass(frozen=True)
class Result:
    """The result of one check: its name, and the sentence about what is wrong, "" if nothing is."""

    check: str
    problem: str = ""


class _Probe:
    """One object of a random name in the bucket, and what the checks do with it."""

    def __init__(self, storage: ObjectStorage, origin: str, now: Callable[[], dt.datetime]) -> None:
        self.storage, self.origin, self.now = storage, origin, now
        self.client: Client = make_client(settings.S3_ENDPOINT_URL, attempts=1, read_seconds=10)
        self.bucket = storage.bucket_name
        self.name = f"check-storage-{secrets.token_hex(8)}"
        self.key = storage.key(self.name)

    def reach(self) -> None:
        # Not head_bucket: the answer to a HEAD does not say why it refuses.
        self.client.list_objects_v2(Bucket=self.bucket, Prefix=self.key, MaxKeys=1)

    def clock(self) -> None:
        """Compare this machine's clock with the header Date of the server's answer to a request without a key."""
        _status, _body, headers = fetch(self.client.meta.endpoint_url)
        if "Date" not in headers:
            return
        skew = self.now() - email.utils.parsedate_to_datetime(headers["Date"])
        if abs(skew) > MOST_SKEW:
            side = "ahead of" if skew > dt.timedelta() else "behind"
            raise Fault(
                f"The clock of this machine is {round(abs(skew).total_seconds())} seconds {side} that of the S3 "
                "server, which refuses signatures of another time: set the clock, best by NTP."
            )

    def region(self) -> None:
        try:
            there = self.client.get_bucket_location(Bucket=self.bucket).get("LocationConstraint") or "us-east-1"
        except (ClientError, BotoCoreError, ParseError):  # not every key may ask, and not every server answers
            return
        if there not in (settings.S3_REGION, "EU") and not settings.S3_ENDPOINT_URL:
            problem = f"The bucket {self.bucket} is in {there}, but S3_REGION is {settings.S3_REGION}"
            raise Fault(f"{problem}: set it to {there}.")

    def write(self) -> None:
        answer = self.client.put_object(Bucket=self.bucket, Key=self.key, Body=CONTENT)
        if not answer.get("ETag"):
            raise Fault("The server's answer to a written object has no ETag header: something in between removes it.")

    def read(self) -> None:
        answer = self.client.get_object(Bucket=self.bucket, Key=self.key, Range="bytes=10-19")
        body = answer["Body"].read()
        if body != CONTENT[10:20] or answer["ResponseMetadata"]["HTTPStatusCode"] != 206:
            raise Fault("The server answers a range of an object with other bytes: players could not seek.")

    def list(self) -> None:
        listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix=self.key).get("Contents", [])
        if [one["Key"] for one in listed] != [self.key]:
            raise Fault("A written object is not in the list at once, which removing and checking files needs.")

    def parts(self) -> None:
        """Write an object in two parts, as large files are sent."""
        upload = self.client.create_multipart_upload(Bucket=self.bucket, Key=self.key)["UploadId"]
        place = {"Bucket": self.bucket, "Key": self.key, "UploadId": upload}
        try:
            sent = []
            for number, body in enumerate((bytes(PART_BYTES), CONTENT), start=1):
                etag = self.client.upload_part(**place, PartNumber=number, Body=body).get("ETag")
                if not etag:
                    raise Fault("The server's answer to a part has no ETag header: something in between removes it.")
                sent.append({"ETag": etag, "PartNumber": number})
            self.client.complete_multipart_upload(**place, MultipartUpload={"Parts": sent})
        except BaseException:
            self.client.abort_multipart_upload(**place)
            raise
        size = self.client.head_object(Bucket=self.bucket, Key=self.key)["ContentLength"]
        if size != PART_BYTES + len(CONTENT):
            raise Fault(f"An object of {PART_BYTES + len(CONTENT)} bytes in two parts arrived with {size} bytes.")

    def sign(self) -> None:
        self.write()
        status, body, _headers = fetch(self.storage.signed_url(self.name, seconds=SIGNED_SECONDS))
        if status != 200 or body != CONTENT:
            place = urlsplit(settings.S3_PUBLIC_ENDPOINT_URL or settings.S3_ENDPOINT_URL).netloc or "AWS"
            raise Fault(
                f"A signed address at {place} answers {status}: browsers could not use DELIVERY=redirect. Look at "
                "S3_PUBLIC_ENDPOINT_URL, S3_REGION and S3_ADDRESSING, and at proxies that change the Host header."
            )

    def private(self) -> None:
        unsigned = urlsplit(self.storage.signed_url(self.name, seconds=SIGNED_SECONDS))._replace(query="").geturl()
        status, _body, _headers = fetch(unsigned)
        if status < 400:
            raise Fault(
                f"Everybody can read the bucket {self.bucket} without a signature, and with it every film: remove its "
                "public policy or ACL, and on AWS block public access."
            )

    def browsers(self) -> None:
        """Send a part as a browser does from a page of the site: first the preflight request (Fetch standard, 4.8)."""
        upload = self.storage.begin_parts(self.name)
        try:
            url = self.storage.part_address(self.name, upload, 1, size=len(CONTENT), seconds=SIGNED_SECONDS)
            self._require_preflight(url)
            self._require_entity_tag(url)
        finally:
            self.storage.drop_parts(self.name, upload)

    def _require_preflight(self, url: str) -> None:
        asked = {"Origin": self.origin, "Access-Control-Request-Method": "PUT"}
        status, _body, headers = fetch(url, method="OPTIONS", headers=asked)
        allowed, methods = headers.get("Access-Control-Allow-Origin", ""), _listed(headers, "Allow-Methods")
        if status >= 300 or allowed not in ("*", self.origin) or not methods & {"put", "*"}:
            raise Fault(f"Browsers on {self.origin} may not send parts of uploads to the bucket (CORS). {self._advice}")

    def _require_entity_tag(self, url: str) -> None:
        status, _body, headers = fetch(url, method="PUT", headers={"Origin": self.origin}, body=CONTENT)
        if status != 200:
            raise Fault(
                f"A part of an upload at a signed address answers {status}: uploads would go through the server."
            )
        if headers.get("Access-Control-Allow-Origin", "") not in ("*", self.origin):
            raise Fault(f"Browsers on {self.origin} may not read the bucket's answers (CORS). {self._advice}")
        if not _listed(headers, "Expose-Headers") & {"etag", "*"}:
            raise Fault(
                f"The bucket does not show the ETag header to browsers (CORS), which uploads need. {self._advice}"
            )

    @property
    def _advice(self) -> str:
        return f"Give the bucket this CORS rule: {CORS_RULE % self.origin}"

    def delete(self) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.key)
        try:
            self.client.head_object(Bucket=self.bucket, Key=self.key)
        except ClientError as error:
            if code_of(error) in NO_OBJECT:
                return
            raise
        raise Fault("A deleted object is still there: removed films would stay.")

    def remove_quietly(self) -> None:
        """Remove the object, if the bucket lets us: a fault has been told already."""
        with contextlib.suppress(ClientError, BotoCoreError):
            self.client.delete_object(Bucket=self.bucket, Key=self.key)


def _listed(headers: Mapping[str, str], name: str) -> set[str]:
    """Return the words in the header `Access-Control-` and `name`, in lower case."""
    return {word.strip().lower() for word in headers.get(f"Access-Control-{name}", "").split(",")}


def check_bucket(storage: ObjectStorage, *, origin: str, now: Callable[[], dt.datetime] = _now) -> Iterator[Result]:
    """Yield the Result of each check; after a fault in one that the others need, no more.

    `origin` is the address of the site, for what browsers may do; "" leaves that out. `now()` is this machine's clock.
    The object is removed at the end.
    """
    probe = _Probe(storage, origin, now)
    checks = [
        ("clock", probe.clock, True),
        ("reach", probe.reach, True),
        ("region", probe.region, True),
        ("write", probe.write, True),
        ("read", probe.read, False),
        ("list", probe.list, False),
        ("parts", probe.parts, False),
        ("sign", probe.sign, False),
        ("private", probe.private, False),
        *([("browsers", probe.browsers, False)] if origin else []),
        ("delete", probe.delete, False),
    ]
    try:
        for name, check, is_needed in checks:
            problem = _problem_of(check, name, storage)
            yield Result(name, problem)
            if problem and is_needed:
                return
    finally:
        probe.remove_quietly()


def _problem_of(check: Callable[[], None], name: str, storage: ObjectStorage) -> str:
    """Run one check; return the sentence about its fault, "" if there is none."""
    try:
        check()
    except Fault as fault:
        return str(fault)
    except (ClientError, BotoCoreError, OSError, http.client.HTTPException) as error:
        return explain(error, name, bucket=storage.bucket_name)
    return ""
