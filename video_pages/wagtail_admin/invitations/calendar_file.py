"""The end of an invitation as a calendar file (RFC 5545), which mail programs and phones open."""

import datetime as dt

from video_pages.access.invitations.models import Invitation

REMINDER = "-P1D"  # a day before the end
MOST_OCTETS = 75  # of a line; a longer one is folded


def calendar_file(invitation: Invitation, summary: str, description: str, address: str, now: dt.datetime) -> str:
    """Return a calendar with one event: the end of `invitation`, which needs one, with a reminder a day before.

    `summary` is its title, `address` the page or link to open. Lines end with CRLF.
    """
    if invitation.ends_at is None:
        raise ValueError("An invitation without an end has no calendar file.")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Screening Room//Invitations//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:invitation-{invitation.pk}-{_moment(invitation.created_at)}@screening-room",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(invitation.ends_at)}",
        f"DTEND:{_moment(invitation.ends_at)}",
        f"SUMMARY:{_text(summary)}",
        f"DESCRIPTION:{_text(description)}",
        *([f"URL:{address}"] if address else []),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:{REMINDER}",
        f"DESCRIPTION:{_text(summary)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Return `text` as a value of the type TEXT (RFC 5545, 3.3.11)."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return `line` in parts of at most MOST_OCTETS, none of which ends within a character (3.1)."""
    parts, part = [], b""
    for character in line:
        encoded = character.encode()
        if len(part) + len(encoded) > MOST_OCTETS:
            parts.append(part)
            part = b" "  # the blank that marks a folded line
        part += encoded
    return b"\r\n".join([*parts, part]).decode()
