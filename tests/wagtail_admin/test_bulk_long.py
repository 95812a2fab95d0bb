"""A selection with more videos than a form names: counted, confirmed as the list that it was, and sent in batches."""

import json
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.factories import make_section, make_video
from tests.wagtail_admin.bulk import BY_SCRIPT, address, ask
from video_pages.models import VideoPage
from video_pages.wagtail_admin.bulk import base, confirmation, publish, selection
from video_pages.wagtail_admin.bulk.actions import BULK_ACTIONS
from video_pages.wagtail_admin.bulk.selection import AFTER, DIGEST_FIELD, IDS_FIELD
from video_pages.wagtail_admin.listing.filters import VideoFilterSet

pytestmark = pytest.mark.django_db
ACTION = "unpublish"


@pytest.fixture
def five(monkeypatch):
    """Five live videos, of which a form may name three."""
    for module in (base, confirmation, selection):
        monkeypatch.setattr(module, "MOST_NAMED", 3)
    section = make_section("Field trips")
    return [make_video(f"Harbour {number}", section=section) for number in range(5)]


def digest(answer):
    return answer.context["digest"]


def query(answer):
    return f"{address(ACTION)}{answer.context['address']}"


def confirm(client, answer):
    """Send the form of a confirmation as a browser without scripts does."""
    return client.post(query(answer), {"ids": answer.context["ids"], DIGEST_FIELD: digest(answer)})


def live():
    return list(VideoPage.objects.filter(live=True).order_by("title").values_list("title", flat=True))


def test_the_confirmation_counts_the_videos_and_its_form_names_none(editor, five):
    answer = ask(editor, ACTION, id="all")
    assert answer.context["count"] == 5
    assert 'name="ids" value="all"' in answer.content.decode()
    assert "5 videos become drafts" in answer.content.decode()


def test_the_script_gets_the_ids_of_the_list_that_was_counted(editor, five):
    answer = ask(editor, ACTION, id="all", q="harbour")
    found = editor.get(f"{query(answer)}&{DIGEST_FIELD}={digest(answer)}", headers=BY_SCRIPT)
    assert found.json() == {"ids": sorted(video.pk for video in five)}


def test_the_script_gets_no_ids_when_the_list_has_changed(editor, five):
    answer = ask(editor, ACTION, id="all")
    make_video("One more", section=five[0].get_parent().specific)
    assert editor.get(f"{query(answer)}&{DIGEST_FIELD}={digest(answer)}", headers=BY_SCRIPT).status_code == 409
    assert editor.get(query(answer), headers=BY_SCRIPT).status_code == 409


def test_without_a_script_the_whole_list_is_changed(editor, five):
    other = make_video("Other", section=make_section())
    answer = ask(editor, ACTION, id="all", q="harbour")
    assert confirm(editor, answer).status_code == 302
    assert live() == [other.title]


def test_a_list_that_has_changed_is_shown_again_and_nothing_is_done(editor, five):
    answer = ask(editor, ACTION, id="all")
    make_video("One more", section=five[0].get_parent().specific)
    again = confirm(editor, answer)
    assert "The list has changed since it was counted" in again.content.decode()
    assert again.context["count"] == 6 and len(live()) == 6
    assert confirm(editor, again).status_code == 302
    assert live() == []


def test_all_without_a_digest_changes_nothing(editor, five):
    editor.post(f"{address(ACTION)}?id=all", {"ids": "all"})
    assert len(live()) == 5


def test_a_batch_may_not_be_the_whole_list(editor, five, monkeypatch):
    monkeypatch.setattr(base.VideoBulkAction, "batch_size", 2)
    answer = ask(editor, ACTION, id="all")
    fields = {"ids": "all", DIGEST_FIELD: digest(answer)}
    assert editor.post(query(answer), fields, headers=BY_SCRIPT).status_code == 400
    assert len(live()) == 5


def test_without_time_for_all_the_next_page_goes_on_with_the_others(editor, five, monkeypatch):
    monkeypatch.setattr(base, "MOST_NAMED", 2)
    answer = ask(editor, ACTION, id="all")
    changed = []
    monkeypatch.setattr(base, "time", SimpleNamespace(monotonic=lambda: 1000.0 * (len(changed) >= 2)))
    monkeypatch.setattr(publish.UnpublishVideos, "remark_on", lambda self, video: changed.append(video) or "")
    done = confirm(editor, answer)
    monkeypatch.setattr(base, "MOST_NAMED", 3)
    assert len(live()) == 3
    assert done.context["outcome"].left == 3
    fields = [("id", "all"), *done.context["rest"]]
    rest = editor.get(address(ACTION), dict(fields))
    assert [int(pk) for pk in rest.context["ids"].split()] == sorted(video.pk for video in five[2:])


def test_queries_of_a_confirmation_do_not_grow_with_the_list(editor, five):
    ask(editor, ACTION, id="all")

    def count():
        with CaptureQueriesContext(connection) as queries:
            ask(editor, ACTION, id="all")
        return len(queries)

    before = count()
    for number in range(3):
        make_video(f"Further {number}", section=five[0].get_parent().specific)
    assert count() == before


@pytest.mark.parametrize("action", ["set_one_password", "move", "schedule", "change_tags", "end_date", "publish"])
def test_every_action_asks_about_a_long_list(editor, five, action):
    assert ask(editor, action, id="all").context["count"] == 5


def test_filters_stay_in_force_when_a_long_list_is_confirmed(editor, five):
    """A filter of the list has the name that the digest once had."""
    draft = make_video("Draft", section=make_section(), live=False)
    answer = ask(editor, "list_videos", id="all", live="True", listed="everywhere")
    found = editor.get(
        f"{address('list_videos')}{answer.context['address']}&{DIGEST_FIELD}={digest(answer)}", headers=BY_SCRIPT
    )
    assert found.json() == {"ids": sorted(video.pk for video in five)}
    fields = {"ids": "all", DIGEST_FIELD: digest(answer), "access-listed": "nowhere"}
    assert f'name="{DIGEST_FIELD}"' in answer.content.decode()
    sent = editor.post(f"{address('list_videos')}{answer.context['address']}", fields)
    assert sent.status_code == 302
    assert set(VideoPage.objects.exclude(pk=draft.pk).values_list("listed", flat=True)) == {"nowhere"}
    draft.refresh_from_db()
    assert draft.listed == "everywhere"


def test_no_filter_and_no_form_has_a_field_of_the_selection():
    own = {DIGEST_FIELD, AFTER, IDS_FIELD, "id", "next"}
    filters = {widget for name in VideoFilterSet.base_filters for widget in (name, f"{name}_from", f"{name}_to")}
    forms = {name for action in BULK_ACTIONS for name in action.form_class.base_fields}
    assert not own & (filters | forms)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("move", "opened by the password of the section it then lies in"),
        ("set_one_password", "What is open to everyone stays so."),
        ("give_own_passwords", "What is open to everyone stays so."),
        ("publish", "is opened by invitations alone"),
        ("delete", "This also deletes the aliases and translations of these videos."),
        ("delete", "Links of other pages to these videos will lead nowhere."),
        ("unpublish", "Access given so far ends."),
    ],
)
def test_the_question_about_a_long_list_names_its_consequences(editor, five, action, words):
    assert words in ask(editor, action, id="all").content.decode()


def test_the_script_has_each_plural_form_of_what_it_does_not_name(editor, five):
    with translation.override("de"):
        forms = json.loads(confirmation.more_forms())
    assert len(set(forms.values())) > 1
    assert all("%(count)s" in form for form in forms.values())
