"""The selection of a bulk action, and the lists that offer it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page

from tests.factories import browser, make_section, make_video
from tests.wagtail_admin.bulk import address, ask, named
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.models import ProcessingJob, VideoPage
from video_pages.wagtail_admin.bulk import actions

pytestmark = pytest.mark.django_db
ONE = "set_one_password"
LIKE_WAGTAILS = ["move", "delete", "publish", "unpublish"]
OURS = sorted(
    {action.action_type for action in actions.BULK_ACTIONS if VideoPage in action.models} - set(LIKE_WAGTAILS)
)


def titles(answer):
    return {VideoPage.objects.get(pk=pk).title for pk in named(answer)}


@pytest.mark.parametrize("action", OURS + LIKE_WAGTAILS)
def test_the_listing_of_videos_offers_each_action(editor, action):
    make_video()
    assert f'href="{address(action)}"' in editor.get("/admin/videos/").content.decode()


@pytest.mark.parametrize("model", [VideoPage, Page])
def test_the_actions_stand_in_the_order_of_use_and_what_takes_away_last(model):
    found = bulk_action_registry.get_bulk_actions_for_model(model._meta.app_label, model._meta.model_name)
    names = [action.action_type for action in sorted(found, key=lambda action: action.action_priority)]
    assert names[:4] == ["publish", "set_one_password", "give_own_passwords", "set_window"]
    assert names[-3:] == ["end_all_access", "unpublish", "delete"]


def test_the_page_explorer_offers_ours_too(editor):
    video = make_video()
    shown = editor.get(f"/admin/pages/{video.get_parent().pk}/").content.decode()
    assert all(f'href="{address(action, Page)}"' in shown for action in OURS)


def test_all_in_the_listing_applies_to_its_search_and_filters(editor):
    field, other = make_section("Field trips"), make_section("Others")
    make_video("The harbour", section=field)
    make_video("The mill", section=field)
    refused = make_video("The harbour at night", section=other, password=None)
    ProcessingJob.objects.filter(video_file=refused.video_file).update(state="refused")
    assert titles(ask(editor, ONE, id="all")) == {"The harbour", "The mill", "The harbour at night"}
    assert titles(ask(editor, ONE, id="all", q="harbour")) == {"The harbour", "The harbour at night"}
    assert titles(ask(editor, ONE, id="all", section=field.pk)) == {"The harbour", "The mill"}
    assert titles(ask(editor, ONE, id="all", q="harbour", state="refused")) == {"The harbour at night"}
    assert titles(ask(editor, ONE, id="all", opened_by="nobody")) == {"The harbour at night"}


def test_all_in_the_explorer_means_what_it_shows_there(editor):
    section = make_section("Field trips")
    inner = make_section("Inner", parent=section)
    make_video("The harbour", section=section)
    make_video("The mill", section=section)
    make_video("Deep down", section=inner)
    make_video("Elsewhere")
    asked = ask(editor, ONE, id="all", childOf=section.pk, model=Page)
    assert titles(asked) == {"The harbour", "The mill"}
    assert "Inner" in asked.content.decode(), "the section is named among what is left out"
    assert named(ask(editor, ONE, id="all", childOf="0", model=Page)) == []
    assert named(ask(editor, ONE, id="all", model=Page)) == []


@pytest.mark.parametrize("action", LIKE_WAGTAILS)
def test_an_action_on_a_whole_section_is_asked_again_if_its_pages_have_changed(editor, action):
    section = make_section("Field trips")
    videos = [make_video(title, section=section, live=action != "publish") for title in ("The harbour", "The mill")]
    asked = ask(editor, action, id="all", childOf=section.pk, model=Page)
    assert len(asked.context["items"]) == 2
    late = make_video("Late", section=section, live=action != "publish")
    target = make_section("Target")
    refused = editor.post(asked.context["submit_url"], {"chooser": target.pk})
    assert Page.objects.child_of(section).count() == 3, "nothing is done"
    assert VideoPage.objects.filter(live=action != "publish").count() == 3
    again = editor.get(refused.headers["Location"])
    assert "The list has changed since it was counted, so nothing was done." in again.content.decode()
    assert {item["item"].pk for item in again.context["items"]} == {page.pk for page in (*videos, late)}
    for without_digest in (refused.headers["Location"], f"{address(action, Page)}?id=all&childOf={section.pk}"):
        editor.post(without_digest, {"chooser": target.pk})
        assert VideoPage.objects.child_of(section).filter(live=action != "publish").count() == 3
    editor.post(again.context["submit_url"], {"chooser": target.pk})
    assert not VideoPage.objects.child_of(section).filter(live=action != "publish").exists()


def test_all_never_reaches_beyond_what_an_editor_sees():
    theirs, secret = make_section("Theirs"), make_section("Secret project", live=False)
    make_video("Mine", section=theirs)
    make_video("Not mine", section=secret)
    client = browser(make_editor_of(theirs, "change", "publish"))
    for model, extra in ((VideoPage, {}), (Page, {"childOf": secret.pk})):
        answer = ask(client, ONE, id="all", model=model, **extra)
        assert "Not mine" not in answer.content.decode()
    assert titles(ask(client, ONE, id="all")) == {"Mine"}


@pytest.mark.parametrize("model", [VideoPage, Page])
@pytest.mark.parametrize("action", LIKE_WAGTAILS)
def test_no_action_names_a_page_that_the_editor_can_t_see(action, model):
    theirs = make_section("Theirs")
    mine, other = make_video("Mine", section=theirs), make_video("Top secret")
    client = browser(make_editor_of(theirs, "change"))
    words = ask(client, action, mine, other, model=model).content.decode()
    assert "Top secret" not in words


@pytest.mark.parametrize("action", OURS + LIKE_WAGTAILS)
def test_queries_of_a_confirmation_do_not_grow_with_the_number_of_videos(action):
    section = make_section()
    client = browser(make_editor_of(section, "change", "publish"))
    make_video("first", section=section)
    ask(client, action, id="all")

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert ask(client, action, id="all").status_code == 200
        return len(captured)

    before = count()
    for number in range(3):
        make_video(f"further {number}", section=section)
    assert count() <= before


def test_a_thousand_chosen_videos_are_one_question(editor):
    """More ids than some databases take at once, most of them of nothing."""
    video = make_video()
    answer = editor.get(address(ONE), {"id": [video.pk, *range(10_000, 12_000)]})
    assert named(answer) == [video.pk]
