"""AES-128 over a part of a file, as HLS has it: CBC, PKCS7 at the end (RFC 8216, 5.2).

A segment is encrypted when a CDN asks for it, so the library keeps each film once and plain. The cipher is that of
OpenSSL, through the package `cryptography`.
"""

from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from video_pages.core.connections import release_connections
from video_pages.delivery.backends.stream import FilePart

AES_BLOCK = 16
READ_BYTES = 256 * 1024


class ShortFile(OSError):
    """A file ended before its segment did. The answer breaks off, so that no cache keeps it."""


def encrypted_length(length: int) -> int:
    """Return the bytes of the ciphertext of `length` bytes: padding of 1 to 16 bytes is added."""
    return (length // AES_BLOCK + 1) * AES_BLOCK


def initialisation_vector(number: int) -> bytes:
    """Return the vector of the segment with the media sequence number `number` (RFC 8216, 5.2)."""
    return number.to_bytes(AES_BLOCK, "big")


class EncryptedPart:
    """The ciphertext of the `length` bytes of `part`, in blocks; iterating raises ShortFile. `close` closes `part`."""

    def __init__(self, part: FilePart, length: int, *, key: bytes, vector: bytes) -> None:
        self._part, self._length = part, length
        self._encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()

    def __iter__(self) -> Iterator[bytes]:
        release_connections()
        read = 0
        while block := self._part.read(READ_BYTES):
            read += len(block)
            yield self._encryptor.update(block)
        if read != self._length:
            raise ShortFile(f"{read} of {self._length} bytes")
        padding = AES_BLOCK - self._length % AES_BLOCK
        yield self._encryptor.update(bytes([padding]) * padding) + self._encryptor.finalize()

    def close(self) -> None:
        self._part.close()
