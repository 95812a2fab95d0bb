"""Mail about invitations, once a day to each editor who wants it. Plain text, without links that open anything."""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Site
from wagtail.users.models import UserProfile

from video_pages.access.invitations.models import InvitationMail
from video_pages.core import clock, site_names
from video_pages.core.humanize import format_moment, on_one_line
from video_pages.pages.invitation_news import News, news_for

EVERY = dt.timedelta(days=1)
NEWS_FOR = dt.timedelta(days=7)
"""Older news are not mailed: a mail server came back long after they happened."""
MOST_LINES = 100

logger = logging.getLogger(__name__)


def send_due(now: dt.datetime | None = None) -> int:
    """Mail the news since the last mail to the users whose mail is due; return the number of mails.

    Nothing without a mail server, and no mail without news. If a mail can't be sent, this is logged, and the next call
    tries again with the news of NEWS_FOR at most.
    """
    if not settings.DELIVERS_MAIL:
        return 0
    now = now or clock.now()
    wanted = InvitationMail.objects.exclude(about=InvitationMail.About.NOTHING).filter(user__is_active=True)
    due = (
        wanted.exclude(mailed_until__gt=now - EVERY, mailed_until__lte=now)
        .exclude(user__email="")
        .select_related("user")
    )
    return sum(_send(mail, now) for mail in due.order_by("pk"))


def _send(mail: InvitationMail, now: dt.datetime) -> bool:
    """Claim `mail` for the time until `now`, and send it; return whether there was anything to send."""
    before = mail.mailed_until
    same = InvitationMail.objects.filter(pk=mail.pk, mailed_until=before)
    if not same.update(mailed_until=now):
        return False  # another worker does it
    since = max(before or now - EVERY, now - NEWS_FOR)
    news = news_for(mail.user, since, now, own=mail.about == InvitationMail.About.OWN)
    if not news:
        return False
    profile = UserProfile.get_for_user(mail.user)
    with translation.override(profile.get_preferred_language()), timezone.override(profile.get_current_time_zone()):
        message = EmailMessage(*_content_of(news), to=[mail.user.email])
    try:
        message.send()
    except (OSError, ValueError):  # SMTPException is an OSError; ValueError: an address that no mail can have
        logger.warning("The mail about invitations to the user %s was not sent.", mail.user_id, exc_info=True)
        InvitationMail.objects.filter(pk=mail.pk, mailed_until=now).update(mailed_until=since)
        return False
    return True


def _content_of(news: list[News]) -> tuple[str, str]:
    """Return (subject, text) in the present language and time zone."""
    subject = ngettext("Invitations: %(count)d piece of news", "Invitations: %(count)d pieces of news", len(news)) % {
        "count": len(news)
    }
    # The news may be of several sites; the admin is that of the first.
    subject = site_names.in_subject(subject, Site.objects.filter(is_default_site=True).first())
    base = settings.WAGTAILADMIN_BASE_URL
    lines = []
    for each in news[:MOST_LINES]:
        title = on_one_line(each.invitation.page.title)
        lines += [
            _("%(label)s, to “%(title)s”") % {"label": on_one_line(each.invitation.label), "title": title},
            f"  {each.text}: {format_moment(each.moment)}",
            f"  {base}{reverse('invitations:detail', args=(each.invitation.pk,))}",
            "",
        ]
    if len(news) > MOST_LINES:
        lines += [_("And more: %(address)s") % {"address": base + reverse("invitations:index")}, ""]
    lines.append(
        _("You get this mail once a day if there is news. To stop it: %(address)s")
        % {"address": base + reverse("wagtailadmin_account")}
    )
    return subject, "\n".join([*lines, ""])
