"""The numbers on the screens of statistics."""

import datetime as dt
import re

from django.utils import timezone


def shown(answer):
    """Return {name: text} of the numbers on a page."""
    html = answer.content.decode()
    found = re.findall(r'<dd data-statistics="(\w+)">(.*?)</dd>', html, re.S)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for name, text in found}


def ago(days):
    return timezone.now() - dt.timedelta(days=days)
