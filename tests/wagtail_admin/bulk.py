"""Helpers of the tests of bulk actions: addresses, batches of a script, and forms without scripts."""

from django.urls import reverse

from video_pages.models import VideoPage

BY_SCRIPT = {"x-requested-with": "XMLHttpRequest"}


def address(action, model=VideoPage):
    return reverse("wagtail_bulk_action", args=(model._meta.app_label, model._meta.model_name, action))


def ask(client, action, *pages, model=VideoPage, **parameters):
    """Open the confirmation for `pages`, or for the pages that `parameters` select."""
    return client.get(address(action, model), {"id": [page.pk for page in pages], **parameters})


def send(client, action, *pages, model=VideoPage, **fields):
    """Send one batch as the page's script does; return the JSON of the answer."""
    response = client.post(address(action, model), {"ids": ids(pages), **fields}, headers=BY_SCRIPT)
    assert response.status_code == 200, response.content
    return response.json()


def send_whole(client, action, *pages, model=VideoPage, **fields):
    """Send the form as a browser without scripts does."""
    return client.post(address(action, model), {"ids": ids(pages), **fields})


def ids(pages):
    return " ".join(str(page.pk) for page in pages)


def named(response):
    """Return the ids that a confirmation will send back."""
    return [int(one) for one in response.context["ids"].split()]


def reasons(answer):
    """Return {title: reason} of what a batch left out."""
    return {one["title"]: one["reason"] for one in answer["leftOut"]}
