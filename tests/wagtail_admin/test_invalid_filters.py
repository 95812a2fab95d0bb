"""Filters that are not valid: what would act on the whole list, or export it, does nothing and says why.

A filter becomes invalid by itself, for example when the last session of the video that it names has ended.
"""

import pytest
from wagtail.models import Page

from tests.factories import PASSWORD, make_section, make_user, make_video
from tests.wagtail_admin.bulk import BY_SCRIPT, address
from tests.wagtail_admin.open_sessions import ADDRESS, END, give
from video_pages.access.invitations import create_invitation
from video_pages.models import Invitation, VideoAccessSession, VideoPage
from video_pages.wagtail_admin.bulk.selection import DIGEST_FIELD, digest_of

pytestmark = pytest.mark.django_db
REFUSED = "A filter of this list is not valid, so nothing was done."
GONE = "999999999"
LISTS = [  # the address of a bulk action, its model, and a filter that is not valid
    *((address(name), VideoPage, "live=perhaps") for name in ("unpublish", "delete", "set_one_password", "move")),
    (address("publish"), VideoPage, f"section={GONE}"),
    (address("delete", Page), Page, "has_child_pages=perhaps"),
    (address("unpublish", Page), Page, f"owner={GONE}"),
    *((address(name, Invitation), Invitation, f"video={GONE}") for name in ("extend", "end", "delete")),
    (END, VideoAccessSession, f"password_of={GONE}"),
]


@pytest.fixture
def everything():
    """A row of each list."""
    section = make_section("Members", password=PASSWORD)
    video = make_video("The harbour", section=section)
    create_invitation(video, kind="link", label="Jury")
    give(section, "a")
    return section


def state():
    kept = VideoPage.objects.order_by("pk").values_list("pk", "live", "path", "password_hash")
    return [list(kept), Invitation.objects.filter(revoked_at=None).count(), VideoAccessSession.objects.count()]


@pytest.mark.parametrize(("action", "model", "query"), LISTS)
def test_all_of_the_list_is_nothing_and_the_list_says_so(editor, everything, action, model, query):
    before, back = state(), "/admin/open-sessions/"
    parent = f"&childOf={everything.pk}" if model is Page else ""
    whole = f"{action}?id=all&{query}&next={back}{parent}"
    ids = list(model.objects.values_list("pk", flat=True))
    fields = {"ids": "all", DIGEST_FIELD: digest_of(ids), "last": max(ids)}
    answers = [editor.get(whole)]
    if model is Invitation:  # its forms always name the ids
        assert editor.post(whole, fields).status_code == 404
    else:
        answers.append(editor.post(whole, fields))
        assert editor.post(whole, fields, headers=BY_SCRIPT).status_code == 409
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, back)] * len(answers)
    assert REFUSED in editor.get(back).content.decode()
    assert state() == before


def test_the_same_end_of_access_sent_twice_ends_no_other(editor, everything, monkeypatch):
    monkeypatch.setattr("video_pages.wagtail_admin.bulk.sessions.MOST_NAMED", 1)
    give(everything, "b")
    other = give(make_video("Other"), "c")
    asked = editor.get(END, {"id": "all", "password_of": everything.pk})
    assert asked.context["ids"] == "all"
    fields = {"ids": "all", "last": other.pk}
    for _time in range(2):
        editor.post(f"{END}{asked.context['address']}", fields)
        assert list(VideoAccessSession.objects.all()) == [other]


def test_an_action_of_the_explorer_takes_the_pages_that_its_filters_show(editor, everything):
    someone, mine = make_user("someone"), make_video("Mine", section=everything)
    Page.objects.filter(pk=mine.pk).update(owner=someone)
    whole = f"{address('delete', Page)}?id=all&owner={someone.pk}&childOf={everything.pk}"
    assert [item["item"].pk for item in editor.get(whole).context["items"]] == [mine.pk]


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/admin/videos/", "live=perhaps"),
        ("/admin/invitations/", f"video={GONE}"),
        (ADDRESS, f"video={GONE}"),
        ("/admin/access-requests/", f"section={GONE}"),
        ("/admin/reports/videos/", f"section={GONE}"),
        ("/admin/reports/video-days/", "days_from=x"),
        ("/admin/reports/site-history/", "timestamp_from=x"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_list_is_exported_and_the_list_says_so(editor, everything, address, query, kind):
    answer = editor.get(f"{address}?export={kind}&{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}?{query}")
    assert REFUSED in editor.get(answer.headers["Location"]).content.decode()
