"""Helpers of the tests of invitations' screens."""

import base64
import csv
import io
import re

from django.urls import reverse

LIST = "/admin/invitations/"
MAKE = "/admin/invitations/new/"


def bulk(name):
    return f"/admin/bulk/video_pages/invitation/{name}/"


def detail(invitation):
    return reverse("invitations:detail", args=(invitation.pk,))


def make(client, page, ready="client", *, many=False, mark=None, **fields):
    """Send the form of the ready kind `ready` as it is first shown, with `fields` typed into it."""
    address = f"{MAKE}?page={page.pk}&for={ready}{'&many=1' if many else ''}"
    asked = client.get(address)
    form = asked.context["form"]
    data = {"mark": mark or asked.context["mark"]}
    for field in form:
        value = field.value()
        if value not in (None, False):
            data[field.html_name] = value.strftime("%Y-%m-%dT%H:%M") if hasattr(value, "strftime") else value
    data |= {f"invitation-{name}": value for name, value in fields.items()}
    return client.post(address, {name: value for name, value in data.items() if value is not None})


def errors(response):
    return response.context["form"].errors.get_json_data()


def secrets_in(response):
    """The tokens of links in a response."""
    return sorted(set(re.findall(r"srw_[0-9A-Za-z]{33}", response.content.decode())))


END = "2030-07-31T12:00"


def rows_of(response):
    """The lines of the spreadsheet in a response."""
    uri = response.context["many"].spreadsheet
    text = base64.b64decode(uri.partition(",")[2]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
