"""Convert the text of an environment variable to a value.

Each function takes text and returns a value, or raises ValueError whose message completes the sentence
"NAME is 'x', but must be …". docs/settings.md contains the first line of its docstring.
"""

import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
UNITS = {"": 1, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3, "TIB": 1024**4}


def text(value: str) -> str:
    """Text."""
    return value


def flag(value: str) -> bool:
    """1 or 0.

    Unknown values are refused, so that a typing error such as `ture` does not mean no.
    """
    word = value.strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError("1 or 0 (true, false, yes, no, on and off will do)")
    return word in TRUE


def natural(value: str) -> int:
    """Whole number."""
    if not re.fullmatch(r"\d{1,18}", value.strip(), re.ASCII):
        raise ValueError("a whole number, 0 or more")
    return int(value)


def positive(value: str) -> int:
    """Whole number above 0."""
    if not re.fullmatch(r"\d{1,18}", value.strip(), re.ASCII) or int(value) == 0:
        raise ValueError("a whole number above 0")
    return int(value)


def days(value: str) -> int:
    """Whole number from 1 to 36500, a hundred years."""
    if not re.fullmatch(r"\d{1,5}", value.strip(), re.ASCII) or not 1 <= int(value) <= 36500:
        raise ValueError("a whole number of days from 1 to 36500")
    return int(value)


def port(value: str) -> int:
    """Port."""
    if not re.fullmatch(r"\d{1,5}", value.strip(), re.ASCII) or not 1 <= int(value) <= 65535:
        raise ValueError("a port number from 1 to 65535")
    return int(value)


def optional_port(value: str) -> int:
    """Port, or 0 for none."""
    return 0 if re.fullmatch("0+", value.strip()) else port(value)


def size(value: str) -> int:
    """Bytes, or with a unit: 10 GiB."""
    match = re.fullmatch(r"(\d{1,18})\s*(|[KMGT]iB)", value.strip(), re.ASCII | re.IGNORECASE)
    if not match:
        raise ValueError("a number of bytes, or one with KiB, MiB, GiB or TiB")
    return int(match[1]) * UNITS[match[2].upper()]


def comma_list(value: str) -> tuple[str, ...]:
    """List with commas.

    Returns a tuple, without spaces around the parts and without empty parts.
    """
    return tuple(part.strip() for part in value.split(",") if part.strip())


def mail_addresses(value: str) -> tuple[str, ...]:
    """Mail addresses with commas."""
    found = comma_list(value)
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", part) for part in found):
        raise ValueError("mail addresses with commas, such as ann@example.org, ben@example.org")
    return found


def path(value: str) -> Path:
    """Path.

    `~` is expanded; relative paths are resolved from the working directory of the process.
    """
    return Path(value).expanduser().absolute()


def address(value: str) -> str:
    """Web address without a path.

    A slash at its end is removed.
    """
    parts = urlsplit(value.strip().rstrip("/"))
    beyond_host = parts.path or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"http", "https"} or not parts.hostname or beyond_host:
        raise ValueError("an address such as https://videos.example.org")
    return parts.geturl()


def bucket(value: str) -> str:
    """Name of a bucket."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]", value.strip(), re.ASCII):
        raise ValueError("the name of a bucket: 3 to 63 small letters, digits, dots and hyphens")
    return value.strip()


def key_prefix(value: str) -> str:
    """Path without a leading slash.

    Slashes at both ends are removed.
    """
    prefix = value.strip().strip("/")
    parts = prefix.split("/") if prefix else []
    if not all(re.fullmatch(r"[A-Za-z0-9._-]+", part, re.ASCII) and part.strip(".") for part in parts):
        raise ValueError("a path of letters, digits, dots, hyphens and underscores, such as videos/2026")
    return prefix


def listen_address(value: str) -> str:
    """IP address.

    `localhost` stands for 127.0.0.1.
    """
    try:
        return "127.0.0.1" if value.strip() == "localhost" else str(ip_address(value.strip()))
    except ValueError:
        raise ValueError("an IP address such as 127.0.0.1 or 0.0.0.0") from None


def time_zone(value: str) -> str:
    """Time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("the name of a time zone, such as Europe/Berlin") from None
    return value


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a cast that accepts exactly `choices`."""

    def choice(value: str) -> str:
        if value.strip() not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return value.strip()

    choice.__doc__ = f"{' or '.join(choices)}."
    return choice
