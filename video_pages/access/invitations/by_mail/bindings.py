"""The mail address or domain that an invitation is bound to.

Of an address, its domain and a keyed digest of the whole are kept; a domain is kept as it is. Addresses are compared in
one spelling: lower case, and the domain as DNS has it (RFC 5891). A code goes to that spelling, so two addresses that
count as one are one to the mail server, too. A subdomain is another domain, `ann+film@` another address than `ann@`.
"""

import re
from typing import NamedTuple

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from video_pages.access.invitations.models import Invitation

MOST_ADDRESS = 254  # characters (RFC 5321, 4.5.3.1.3, without the angle brackets)
MOST_LOCAL = 64
# A dot-atom (RFC 5322, 3.2.3): no quotes, blanks, line ends or letters that look like others. Without % and !, which
# are routes to some mail servers (Postfix: allow_percent_hack, swap_bangpath), and without - at its start, which
# programs take for an option.
LOCAL = re.compile(r"(?!-)[a-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[a-z0-9#$&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
SALT = "video_pages.access.invitations.by_mail"
HIDDEN_LOCAL = "…"
"""Stands for the part of an address before the @, which is not kept."""
NO_MAIL = gettext_lazy("This site sends no mail, and a code needs it: the setting EMAIL_URL names no mail server.")
NO_ADDRESS = gettext_lazy("This is no email address.")
NO_DOMAIN = gettext_lazy("This is neither an email address nor a domain, such as ann@example.org or example.org.")


class Binding(NamedTuple):
    """The columns of an Invitation that bind it; both are "" for one that is not bound."""

    mail_domain: str = ""
    mail_digest: str = ""


def read_address(text: str) -> str:
    """Return the one spelling of the mail address `text` (untrusted). Raises ValidationError if it is none."""
    local, at, domain = text.strip().rpartition("@")
    found = f"{local.lower()}@{_domain(domain)}" if at and local.isascii() else ""
    if not found or len(found) > MOST_ADDRESS or len(local) > MOST_LOCAL or not LOCAL.fullmatch(local.lower()):
        raise ValidationError(NO_ADDRESS, code="invalid")
    return found


def read_binding(text: str) -> Binding:
    """Return the Binding that `text` means: an address, or a domain with or without a leading @; "" for none.

    Raises ValidationError if it is neither, and on a site that sends no mail.
    """
    text = text.strip()
    if not text:
        return Binding()
    if not settings.DELIVERS_MAIL:
        raise ValidationError(NO_MAIL, code="no_mail")
    try:
        if "@" in text.removeprefix("@"):
            address = read_address(text)
            return Binding(address.rpartition("@")[2], _digest(address, settings.SECRET_KEY))
        return Binding(_domain(text.removeprefix("@")))
    except ValidationError:
        raise ValidationError(NO_DOMAIN, code="invalid") from None


def bind(invitation: Invitation, text: str) -> bool:
    """Bind `invitation` to what `text` means, and save nothing; return whether that is another binding.

    Raises as `read_binding`.
    """
    former = Binding(invitation.mail_domain, invitation.mail_digest)
    binding = read_binding(text)
    invitation.mail_domain, invitation.mail_digest = binding
    return binding != former


def is_bound(invitation: Invitation) -> bool:
    """Return whether `invitation` asks for a mail code."""
    return bool(invitation.mail_domain)


def is_invited(invitation: Invitation, address: str) -> bool:
    """Return whether the bound `invitation` is for `address`, as `read_address` returns it."""
    is_in_domain = bool(invitation.mail_domain) and address.rpartition("@")[2] == invitation.mail_domain
    if not invitation.mail_digest:
        return is_in_domain
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return is_in_domain and any(constant_time_compare(_digest(address, key), invitation.mail_digest) for key in keys)


def mailbox_of(address: str) -> str:
    """Return `address`, as `read_address` returns it, without a +tag: all tags mostly have one mailbox."""
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def shown_binding(invitation: Invitation) -> str:
    """Return what editors see of the binding: `@example.org`, or `…@example.org` for one address; "" without one."""
    if not invitation.mail_domain:
        return ""
    return f"{HIDDEN_LOCAL if invitation.mail_digest else ''}@{readable_domain(invitation)}"


def describe_binding(invitation: Invitation) -> str:
    """Return for whom `invitation` is, for editors; "" if it is not bound."""
    domain = readable_domain(invitation)
    if not domain:
        return ""
    text = _("one address at %(domain)s") if invitation.mail_digest else _("addresses at %(domain)s")
    return text % {"domain": domain}


def readable_domain(invitation: Invitation) -> str:
    """Return the domain of `invitation` as people write it; "" if it is not bound."""
    domain = invitation.mail_domain
    try:
        return idna.decode(domain) if domain else ""
    except UnicodeError:
        return domain


def describe_kind(invitation: Invitation) -> str:
    """Return the kind of `invitation` for lists: “Link”, or “Link, by mail code”."""
    kind = str(invitation.get_kind_display())
    return _("%(kind)s, by mail code") % {"kind": kind} if is_bound(invitation) else kind


def _domain(text: str) -> str:
    """Return the domain `text` as DNS has it, without a dot at its end. Raises ValidationError if it is none."""
    text = text.strip()
    if len(text) > MOST_ADDRESS:
        raise ValidationError(NO_DOMAIN, code="invalid")
    try:
        found = idna.encode(text.removesuffix("."), uts46=True).decode().lower()
    except UnicodeError:  # IDNAError is one
        found = ""
    if not DOMAIN.fullmatch(found):
        raise ValidationError(NO_DOMAIN, code="invalid")
    return found


def _digest(address: str, key: str) -> str:
    return salted_hmac(SALT, address, secret=key, algorithm="sha256").hexdigest()
