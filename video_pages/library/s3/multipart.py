"""Objects whose parts browsers send straight to the bucket, each to an address that is signed for this part only.

The bucket keeps the parts of an object that is not joined yet without showing them. What it lists of them is the truth
about an upload: nothing that a browser says is believed.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from botocore.exceptions import ClientError

from video_pages.library.s3.client import internal_client, public_client, reading_client
from video_pages.library.s3.errors import as_file_errors, code_of, with_key
from video_pages.library.storage import SentPart

NO_UPLOAD = "NoSuchUpload"
"""The code of the answer about parts that were joined or removed."""


class Multipart(ABC):
    """The methods of `ObjectStorage` for objects in parts; `parts` is the id that the bucket gives to such an object.

    All raise StorageAway if the bucket can't be used.
    """

    bucket_name: str

    @abstractmethod
    def key(self, name: str) -> str:
        """Return the key of the object `name`."""

    def begin_parts(self, name: str) -> str:
        """Begin the object `name` and return the id of its parts. Nothing is shown under the name before the end."""
        with as_file_errors(name):
            answer = internal_client().create_multipart_upload(Bucket=self.bucket_name, Key=self.key(name))
        return cast(str, answer["UploadId"])

    def part_address(self, name: str, parts: str, number: int, *, size: int, seconds: int) -> str:
        """Return an address to which a browser may PUT part `number` of exactly `size` bytes within `seconds`.

        No request is made.
        """
        with with_key(name):
            return cast(
                str,
                public_client().generate_presigned_url(
                    "upload_part",
                    # A length that is signed can't be exceeded: the bucket refuses a body of another one.
                    Params={**self._place(name, parts), "PartNumber": number, "ContentLength": size},
                    ExpiresIn=seconds,
                ),
            )

    def sent_parts(self, name: str, parts: str) -> dict[int, SentPart]:
        """Return the parts that the bucket has, by number. Raises FileNotFoundError if they are joined or removed."""
        found = {}
        with as_file_errors(name), _parts_may_be_gone(name):
            for page in reading_client().get_paginator("list_parts").paginate(**self._place(name, parts)):
                for one in page.get("Parts", ()):
                    found[one["PartNumber"]] = SentPart(one["Size"], one["ETag"])
        return found

    def join_parts(self, name: str, parts: str, sent: Mapping[int, SentPart]) -> None:
        """Make the object `name` of the parts `sent`. Raises FileNotFoundError if they are joined or removed."""
        listed = [{"PartNumber": number, "ETag": sent[number].etag} for number in sorted(sent)]
        with as_file_errors(name), _parts_may_be_gone(name):
            internal_client().complete_multipart_upload(**self._place(name, parts), MultipartUpload={"Parts": listed})

    def drop_parts(self, name: str, parts: str) -> None:
        """Remove the parts, unless they are joined or removed already."""
        try:
            with as_file_errors(name), _parts_may_be_gone(name):
                internal_client().abort_multipart_upload(**self._place(name, parts))
        except FileNotFoundError:
            return

    def _place(self, name: str, parts: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self.key(name), "UploadId": parts}


@contextmanager
def _parts_may_be_gone(name: str) -> Iterator[None]:
    """Raise FileNotFoundError about `name` if the bucket says that there are no such parts."""
    try:
        yield
    except ClientError as error:
        if code_of(error) == NO_UPLOAD:
            raise FileNotFoundError(name) from error
        raise
