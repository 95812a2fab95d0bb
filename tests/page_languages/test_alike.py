"""The translations of a section that is made like another, and of its films, have the limits of their sources."""

import datetime as dt

from video_pages.access.set_listed import set_listed
from video_pages.access.set_window import set_window
from video_pages.core import clock
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages import list_entries
from video_pages.search import sync
from video_pages.sections.alike import MakeAlikeAction, Wishes


def test_they_are_listed_and_open_as_their_sources_do(film, sea):
    section = film.get_parent().specific
    opens_at = clock.now() + dt.timedelta(days=1)
    set_listed(film, "unlocked")
    set_listed(section, "nowhere")
    set_window(section, opens_at=opens_at, closes_at=None)
    section.refresh_from_db()
    wishes = Wishes(title="Next", slug="next", password="a-new-password", with_videos=True, publish=True)
    made = MakeAlikeAction(section, wishes).execute(skip_permission_checks=True)
    copied = VideoPage.objects.child_of(made).get()
    assert VideoPage.objects.get(alias_of=copied.pk).listed == copied.listed == "unlocked"
    translated = VideoIndexPage.objects.get(alias_of=made.pk)
    assert (translated.listed, translated.opens_at) == (made.listed, made.opens_at) == ("nowhere", opens_at)
    pages = VideoPage.objects.filter(path__startswith=made.path) | VideoPage.objects.filter(alias_of=copied.pk)
    assert list_entries.refresh(pages) == 0
    assert sync.refresh([made.pk, translated.pk, *pages.values_list("pk", flat=True)]) == 0
