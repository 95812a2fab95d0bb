"""QR codes and calendar files of many invitations, from the screen that shows their links or passwords once."""

import io
import json
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site
from wagtail.users.models import UserProfile

from tests import factories
from tests.wagtail_admin.invitations import LIST, make, secrets_in
from video_pages.access.invitations.renewal import RenewSecretAction
from video_pages.models import Invitation
from video_pages.sections.editors import set_section_editors
from video_pages.wagtail_admin.invitations import codes

pytestmark = pytest.mark.django_db

CODES = f"{LIST}codes/"
END = "2030-07-31T12:00"


@pytest.fixture
def video():
    return factories.make_video("The harbour")


def fields_in(response):
    """The fields of the requests for codes on the screen of a batch."""
    return [field for _first, _last, field in response.context["many"].for_codes]


def test_a_page_to_print_has_a_code_and_a_name_for_each(editor, video):
    Site.objects.update(site_name="Our hall")
    Site.clear_site_root_paths_cache()
    made = make(editor, video, "jury", many=True, names="Ann\nBob & Co\nZoë 🎬", ends_at=END)
    (field,) = fields_in(made)
    assert field in [value.replace("&quot;", '"') for value in re.findall(r'name="made" value="([^"]+)"', made.text)]
    response = editor.post(CODES, {"made": field})
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    page = response.text
    assert len(re.findall(r"<img [^>]*src=\"data:image/svg", page)) == 3
    assert [name in page for name in ("Ann", "Bob &amp; Co", "Zoë 🎬")] == [True] * 3
    assert page.count("Scan with the camera of your phone.") == 3 and page.count("<small>Our hall</small>") == 3
    assert "data-print" in page and "video_pages/js/print_page.js" in page
    assert not secrets_in(response)  # in the pictures alone
    assert len({shown.address for shown in response.context["many"]}) == 3
    assert [shown.secret for shown in response.context["many"]] == [
        shown.secret for _person, shown in made.context["many"].people
    ]


def test_the_cards_are_in_the_language_and_zone_of_the_site(editor, video):
    """Guests get them. The line above them is for the editor, whose profile has other ones."""
    made = make(editor, video, "jury", many=True, names="Ann\nBob", ends_at=END)
    UserProfile.objects.update_or_create(
        user_id=editor.session["_auth_user_id"],
        defaults={"preferred_language": "de", "current_time_zone": "Asia/Tokyo"},
    )
    page = editor.post(CODES, {"made": fields_in(made)[0]}).text
    above, cards = page.split("<main", 1)
    assert '<html lang="de"' in above and "Print this page now" not in above
    assert cards.startswith(' class="codes" lang="en" dir="ltr">')
    assert cards.count("Scan with the camera of your phone.") == 2
    assert len(re.findall(r"<small>until .*2030.*12:00.* UTC<", cards)) == 2


def test_passwords_stand_below_the_code_of_the_page(editor, video):
    made = make(editor, video, "class", many=True, names="Ann\nBob", ends_at=END)
    page = editor.post(CODES, {"made": fields_in(made)[0]}).text
    assert page.count(f"or type the address: {made.context['many'].people[0][1].address}") == 2
    assert all(shown.password in page for _person, shown in made.context["many"].people)


def test_the_archive_has_a_code_and_a_calendar_file_for_each(editor, video):
    made = make(editor, video, "jury", many=True, names="Ann Weber\n../..\nAnn Weber, a@example.org", ends_at=END)
    response = editor.post(CODES, {"made": fields_in(made)[0], "zip": "1"})
    assert response["Content-Type"] == "application/zip" and "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        names = archive.namelist()
        assert names == [
            f"{stem}.{end}" for stem in ("001-ann-weber", "002", "003-ann-weber") for end in ("svg", "ics")
        ]
        assert archive.read(names[0]).startswith(b"<?xml")
        calendar = archive.read(names[1]).decode().replace("\r\n ", "")
    assert any(token in calendar for token in secrets_in(made))


def test_more_than_one_request_has_time_for_are_several(editor, video, monkeypatch):
    monkeypatch.setattr("video_pages.wagtail_admin.invitations.many_shown.MOST_CODES", 2)
    made = make(editor, video, "jury", many=True, names="Ann\nBob\nCleo", ends_at=END)
    assert [(first, last) for first, last, _field in made.context["many"].for_codes] == [(1, 2), (3, 3)]
    assert "Numbers 3 to 3:" in made.text


def test_links_of_others_and_former_links_are_left_out(editor, video):
    made = make(editor, video, "jury", many=True, names="Ann\nBob", ends_at=END)
    (field,) = fields_in(made)
    RenewSecretAction(Invitation.objects.get(label="Ann"), user=None).execute(skip_permission_checks=True)
    assert [shown.invitation.label for shown in editor.post(CODES, {"made": field}).context["many"]] == ["Bob"]
    section, eve = factories.make_section(), factories.make_user("eve")
    set_section_editors(section, people=[eve])
    assert factories.browser(eve).post(CODES, {"made": field}).status_code == 400
    assert factories.browser(factories.make_user("pat")).post(CODES, {"made": field}).status_code in (302, 403)


@pytest.mark.parametrize(
    "sent",
    [
        *("", "[]", "{}", "[[1]]", '[["x", "y"]]', "[" * 5000, '[[1, "srw_x"]]', "null"),
        *('[[Infinity, "x"]]', '[[NaN, "x"]]', f'[[{10**30}, "x"]]', '[[-1, "x"]]', '[[null, "x"]]', "[" + "9" * 5000),
    ],
)
def test_anything_else_is_refused(editor, video, sent):
    assert editor.post(CODES, {"made": sent}).status_code == 400
    assert editor.get(CODES).status_code == 405


def test_queries_do_not_grow_with_the_number(editor, video):
    counts = []
    for names in ("Ann", "Bob\nCleo\nDan"):
        (field,) = fields_in(make(editor, video, "jury", many=True, names=names, ends_at=END))
        with CaptureQueriesContext(connection) as queries:
            editor.post(CODES, {"made": field})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    too_many = json.dumps([[number, "x"] for number in range(codes.MOST_CODES + 1)])
    assert editor.post(CODES, {"made": too_many}).status_code == 400
