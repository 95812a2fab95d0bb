"""The S3 clients of this process, made from the settings once: clients are thread-safe, and making one takes 50 ms.

Two clients, because a browser may reach the bucket at another address than the servers do, and the address is a part of
what is signed (AWS Signature Version 4).
"""

import functools
import os
import threading
import time
from typing import Any, TypeAlias

import boto3.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from django.conf import settings

Client: TypeAlias = Any
"""A client of boto3, which has no types."""

CONNECT_SECONDS = 5
WRITE_SECONDS, WRITE_ATTEMPTS = 60, 3
"""How long an answer to a write may take, and how often it is tried: to join the parts of a large object takes long."""
READ_SECONDS, READ_ATTEMPTS = 8, 2
"""The same for reading and asking about objects: a viewer's request, and with it a thread, waits no longer."""

KEY_SECONDS = 2
"""Without a key, the machine is asked for that of its role once in so many seconds: each question may take a second."""

_lock = threading.RLock()


def internal_client() -> Client:
    """Return the client with which the servers write, and list objects. Raises NoCredentialsError."""
    return _client(settings.S3_ENDPOINT_URL, os.getpid())


def reading_client() -> Client:
    """Return the client with which the servers read objects: it gives up sooner. Raises NoCredentialsError."""
    return _client(settings.S3_ENDPOINT_URL, os.getpid(), READ_ATTEMPTS, READ_SECONDS)


def public_client() -> Client:
    """Return the client that signs addresses for browsers; it sends nothing. Raises NoCredentialsError."""
    return _client(settings.S3_PUBLIC_ENDPOINT_URL or settings.S3_ENDPOINT_URL, os.getpid())


def keyless_client() -> Client:
    """Return a client that writes the addresses of `public_client` without a signature; it sends nothing."""
    return _keyless_client(settings.S3_PUBLIC_ENDPOINT_URL or settings.S3_ENDPOINT_URL, os.getpid())


def forget_clients() -> None:
    """Make new clients at the next use, after the settings have changed; for tests."""
    for made in (_client, _keyless_client, _session_with_key, _asked):
        made.cache_clear()


def make_client(
    endpoint: str, *, attempts: int = WRITE_ATTEMPTS, read_seconds: int = WRITE_SECONDS, region: str = ""
) -> Client:
    """Return a new client for `endpoint` ("" is AWS): `attempts` of each request, `read_seconds` for each answer."""
    return _made(_session(region), endpoint, _config(endpoint, attempts, read_seconds))


def credentials() -> Any:
    """Return botocore's credentials, which renew those of a role by themselves. Raises NoCredentialsError."""
    return _session_with_key(os.getpid()).get_credentials()


@functools.cache  # an exception is not kept: a role may be given, or its service answer, after the first use
def _session_with_key(process: int) -> boto3.session.Session:
    with _lock:
        session = _asked(process, int(time.monotonic() / KEY_SECONDS))
    if session.get_credentials() is None:
        raise NoCredentialsError
    return session


@functools.lru_cache(maxsize=1)
def _asked(_process: int, _period: int) -> boto3.session.Session:
    session = _session()
    session.get_credentials()
    return session


def _session(region: str = "") -> boto3.session.Session:
    return boto3.session.Session(
        aws_access_key_id=settings.S3_ACCESS_KEY_ID or None,
        aws_secret_access_key=settings.S3_SECRET_ACCESS_KEY or None,
        region_name=region or settings.S3_REGION,
    )


@functools.cache
def _client(endpoint: str, process: int, attempts: int = WRITE_ATTEMPTS, seconds: int = WRITE_SECONDS) -> Client:
    # `process`: a forked process must not share the sockets of its parent.
    session = _session_with_key(process)
    with _lock:
        return _made(session, endpoint, _config(endpoint, attempts, seconds))


@functools.cache
def _keyless_client(endpoint: str, _process: int) -> Client:
    config = _config(endpoint, WRITE_ATTEMPTS, WRITE_SECONDS).merge(Config(signature_version=UNSIGNED))
    with _lock:
        return _made(_session(), endpoint, config)


def _made(session: boto3.session.Session, endpoint: str, config: Config) -> Client:
    return session.client("s3", endpoint_url=endpoint or None, config=config)


def _config(endpoint: str, attempts: int, read_seconds: int) -> Config:
    style = settings.S3_ADDRESSING
    if style == "auto":
        # AWS wants the bucket in the host name; most other servers have one name and no certificate for more.
        style = "path" if endpoint else "virtual"
    return Config(
        signature_version="s3v4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        # A viewer who streams holds a connection.
        max_pool_connections=max(10, settings.WEB_THREADS),
        tcp_keepalive=True,
        s3={"addressing_style": style},
        # Signatures cover the SHA-256 of each part. The newer trailing checksums are refused by many servers.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
