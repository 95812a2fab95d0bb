"""An editor of one section, screen by screen: it shows their own videos and nothing of another section."""

import copy
import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection

from tests import factories, shared_data
from video_pages.models import VideoFile
from video_pages.pages.permissions import may_use
from video_pages.sections.collections import waiting_collection
from video_pages.sections.editors import editors_group_of, set_section_editors

pytestmark = pytest.mark.django_db

OWN, OTHER = "Hedgehogs at dusk", "Secret rehearsal"


own_media_roots = shared_data.media_of_module


@pytest.fixture(scope="module")
def made(own_media_roots, django_db_setup, django_db_blocker):
    with shared_data.rows(django_db_blocker):
        yield make_school()


@pytest.fixture
def school(db, made):
    """Two sections with a film each, and the browser of somebody who edits the first."""
    return {**copy.deepcopy(made), "client": factories.browser(made["eve"])}


def make_school():
    ours, theirs = factories.make_section("Our class"), factories.make_section("Their class")
    eve, adam = factories.make_user("eve"), factories.make_user("adam")
    set_section_editors(ours, people=[eve])
    set_section_editors(theirs, people=[adam])
    for section in (ours, theirs):
        section.refresh_from_db()
    films = {}
    for title, section, person in ((OWN, ours, eve), (OTHER, theirs, adam)):
        file = factories.make_video_file(title=title, user=person)
        VideoFile.objects.filter(pk=file.pk).update(collection=section.collection)
        films[title] = factories.make_video(title, section=section, video_file=file)
    return {"eve": eve, "ours": ours, "theirs": theirs, "own": films[OWN], "other": films[OTHER]}


LISTS = {
    "videos": "/admin/videos/",
    "media": "/admin/media/",
    "media chooser": "/admin/media/chooser/video/",
    "media chooser search": "/admin/media/chooser/video/?q=e&p=1",
    "dashboard": "/admin/",
    "pages search": "/admin/pages/search/?q=e",
    "page chooser search": "/admin/choose-page/search/?q=e",
    "site history": "/admin/reports/site-history/",
    "aging pages": "/admin/reports/aging-pages/",
    "API": "/admin/api/main/pages/?fields=*",
    "API of videos": "/admin/api/main/pages/?type=video_pages.VideoPage",
    "API search": "/admin/api/main/pages/?search=e",
    "upload": "/admin/videos/upload/",
    "unfinished uploads": "/admin/uploads/tus/",
    "open sessions": "/admin/open-sessions/",
    "open sessions search": "/admin/open-sessions/?q=Secret",
    "videos search": "/admin/videos/?q=Secret",
    "videos export": "/admin/videos/?export=csv",
    "videos report": "/admin/reports/videos/",
    "videos report export": "/admin/reports/videos/?export=csv",
    "days report": "/admin/reports/video-days/",
    "days report export": "/admin/reports/video-days/?export=csv",
}


@pytest.mark.parametrize("address", LISTS.values(), ids=LISTS.keys())
def test_no_list_shows_another_sections_video(school, address):
    for title in (OWN, OTHER):  # so that there are sessions, guesses and events to tell of
        factories.unlock(factories.browser(), school["own" if title == OWN else "other"])
        factories.unlock(factories.browser(), school["own" if title == OWN else "other"], "not the password")
    response = school["client"].get(address)
    assert response.status_code == 200
    text = response.getvalue().decode()
    # The searched text stands in its own field.
    assert OTHER not in text
    assert "Their class" not in text


SHOWN = ["videos", "media", "media chooser", "API of videos", "videos export", "videos report", "videos report export"]


@pytest.mark.parametrize("name", SHOWN)
def test_their_own_film_is_there(school, name):
    factories.unlock(factories.browser(), school["own"])
    assert OWN in school["client"].get(LISTS[name]).getvalue().decode()


def test_the_page_chooser_shows_their_section_and_does_not_look_into_another(school):
    client = school["client"]
    home = reverse("wagtailadmin_choose_page_child", args=(school["ours"].get_parent().pk,))
    assert "Our class" in client.get(home).content.decode()
    assert "Their class" not in client.get(home).content.decode()
    own = client.get(reverse("wagtailadmin_choose_page_child", args=(school["ours"].pk,)))
    assert OWN in own.content.decode()
    other = client.get(reverse("wagtailadmin_choose_page_child", args=(school["theirs"].pk,)), follow=True)
    assert OTHER not in other.content.decode()
    assert OWN in client.get("/admin/choose-page/search/?q=Hedgehogs").content.decode()


def test_a_single_page_of_the_api_is_not_found(school):
    assert school["client"].get(f"/admin/api/main/pages/{school['own'].pk}/").status_code == 200
    assert school["client"].get(f"/admin/api/main/pages/{school['other'].pk}/").status_code == 404


@pytest.mark.parametrize("action", ["move", "delete", "publish", "unpublish"])
@pytest.mark.parametrize("model", ["wagtailcore/page", "video_pages/videopage"])
def test_no_bulk_action_names_it(school, model, action):
    response = school["client"].get(f"/admin/bulk/{model}/{action}/?id={school['other'].pk}&id={school['own'].pk}")
    assert OWN in response.content.decode()
    assert OTHER not in response.content.decode()
    assert "Their class" not in response.content.decode()


def test_it_can_not_be_ticked_in_the_chooser(school):
    address = "/admin/choose-page/chosen-multiple/?multiple=1&id="
    assert OWN in school["client"].get(f"{address}{school['own'].pk}").content.decode()
    for given in (f"{address}{school['other'].pk}", f"{address}{school['own'].pk}&id={school['other'].pk}"):
        response = school["client"].get(given)
        assert response.status_code in (302, 403)
        assert OTHER not in response.content.decode()


def test_the_report_of_page_types_is_for_superusers(school):
    assert school["client"].get("/admin/reports/page-types-usage/").status_code in (302, 403)
    assert school["client"].get("/admin/reports/page-types-usage/results/").status_code in (302, 403)
    assert "page-types-usage" not in school["client"].get("/admin/").content.decode()
    admin = factories.browser(factories.make_superuser())
    assert admin.get("/admin/reports/page-types-usage/").status_code == 200


def test_these_addresses_ask_who_it_is():
    for address in ("choose-page/chosen-multiple/?id=1", "reports/page-types-usage/"):
        assert factories.browser().get(f"/admin/{address}").status_code == 302


def screens(page):
    """The screens about one video: {name: address}."""
    return {
        "editor": reverse("wagtailadmin_pages:edit", args=(page.pk,)),
        "history": reverse("wagtailadmin_pages:history", args=(page.pk,)),
        "usage": reverse("wagtailadmin_pages:usage", args=(page.pk,)),
        "access": reverse("video_access", args=(page.pk,)),
        "captions": reverse("video_captions", args=(page.pk,)),
        "poster": reverse("video_poster", args=(page.pk,)),
        "new version": reverse("video_new_version", args=(page.pk,)),
        "process again": reverse("video_process_again", args=(page.pk,)),
        "source": reverse("video_file_source", args=(page.video_file_id,)),
        "file": reverse("wagtailmedia:edit", args=(page.video_file_id,)),
        "chosen": reverse("wagtailmedia:media_chosen", args=(page.video_file_id,)),
        "statistics": f"/admin/videos/{page.pk}/statistics/",
    }


NAMES = ["editor", "history", "access", "captions", "process again", "source", "file", "chosen", "statistics"]


@pytest.mark.parametrize("name", NAMES)
def test_the_screens_of_their_film_open(school, name):
    assert school["client"].get(screens(school["own"])[name]).status_code == 200


@pytest.mark.parametrize("name", [*NAMES, "poster", "new version", "usage"])
def test_the_screens_of_another_sections_film_do_not(school, name):
    response = school["client"].get(screens(school["other"])[name])
    assert response.status_code in (302, 403, 404)
    followed = school["client"].get(screens(school["other"])[name], follow=True)
    if hasattr(followed, "content"):
        assert OTHER not in followed.content.decode()


def test_no_screen_for_moving_or_copying_shows_the_title_of_another_sections_page(school):
    client, own = school["client"], school["own"]
    for foreign in (school["theirs"], school["other"]):
        answers = [
            client.get(reverse("wagtailadmin_pages:move_confirm", args=(own.pk, foreign.pk))),
            client.post(reverse("wagtailadmin_pages:move_confirm", args=(own.pk, foreign.pk))),
            client.post(
                reverse("wagtailadmin_pages:copy", args=(own.pk,)),
                {"new_title": "Copy", "new_slug": "copy", "new_parent_page": foreign.pk},
            ),
            client.post(f"/admin/bulk/wagtailcore/page/move/?id={own.pk}", {"chooser": foreign.pk}),
        ]
        for answer in answers:
            assert answer.status_code in (302, 403)
            assert OTHER not in answer.content.decode() and "Their class" not in answer.content.decode()
    assert client.get(reverse("wagtailadmin_pages:copy", args=(own.pk,))).status_code == 200
    inner = factories.make_section("Inner", parent=school["ours"])
    assert client.get(reverse("wagtailadmin_pages:move_confirm", args=(own.pk, inner.pk))).status_code == 200


@pytest.mark.parametrize("written", ["{}", " {}", "+{}", "{} ", "0" * 30 + "{}", "\u0660{}"])
def test_the_title_is_not_shown_for_any_spelling_of_a_pages_id(school, written):
    client, own = school["client"], school["own"]
    section, film = (written.format(school[name].pk) for name in ("theirs", "other"))
    answers = [
        client.post(
            reverse("wagtailadmin_pages:copy", args=(own.pk,)),
            {"new_title": "", "new_slug": "copy", "new_parent_page": section},  # refused: the form is shown again
        ),
        client.post(f"/admin/bulk/wagtailcore/page/move/?id={own.pk}", {"chooser": section}),
        client.get("/admin/choose-page/chosen-multiple/", {"multiple": 1, "id": film}),
    ]
    for answer in answers:
        assert OTHER not in answer.content.decode() and "Their class" not in answer.content.decode()


def test_what_an_editor_of_two_sections_uploads_is_shown_to_neither_until_its_page_is_made(school):
    both = factories.make_user("both")
    for name in ("ours", "theirs"):
        both.groups.add(editors_group_of(school[name]))
    for where in (None, school["theirs"]):
        collection = waiting_collection(get_user_model().objects.get(pk=both.pk), where)
        file = factories.make_video_file(title="Waits", user=both)
        waits_until = timezone.now() + dt.timedelta(days=1)
        VideoFile.objects.filter(pk=file.pk).update(collection=collection, awaits_page_until=waits_until)
        file.refresh_from_db()
        eve = get_user_model().objects.get(username="eve")
        adam = get_user_model().objects.get(username="adam")
        assert not may_use(file, eve)
        assert may_use(file, get_user_model().objects.get(pk=both.pk))
        assert may_use(file, adam) == (where is not None)
    eve = get_user_model().objects.get(username="eve")
    assert waiting_collection(eve) == school["ours"].collection
    assert waiting_collection(factories.make_superuser()) == Collection.get_first_root_node()
    assert waiting_collection(factories.make_user("nobody")) is None


@pytest.mark.parametrize("action", ["move", "copy", "create_alias"])
def test_the_api_tells_by_no_answer_whether_a_destination_is_a_page(school, action):
    address = reverse("wagtailadmin_api:pages:action", args=(school["own"].pk, action))

    def answer(destination):
        sent = {"destination_page_id": destination, "position": "last-child"}
        response = school["client"].post(address, sent, content_type="application/json")
        return response.status_code, response.json()

    missing = answer(999)
    assert missing[0] == 404
    assert answer(school["theirs"].pk) == answer(school["other"].pk) == missing
    assert answer(school["ours"].pk)[0] in (200, 201, 400)  # below itself, or with a slug that is taken
