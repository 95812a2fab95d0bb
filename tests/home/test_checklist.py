"""The dashboard's first steps."""

import json
import re

import pytest
from django.urls import reverse
from wagtail.models import Site

from home.appearance.site_settings_form import DRAWINGS
from home.checklist import OWN_APPEARANCE
from home.models import LogoDrawing, SiteSettings
from tests import factories
from tests.home.block_pages import make_image
from video_pages.access.passwords import set_password
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.sections.demo import SECTIONS

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    factories.get_home()
    return factories.browser(factories.make_superuser())


def steps(client):
    """Return {title: is done} as the dashboard shows them; None without a list."""
    html = client.get("/admin/").content.decode()
    if "first-run__steps" not in html:
        return None
    step = r'<li class="first-run__step( first-run__step--done)?">.*?first-run__what[^>]*>([^<]*)<'
    rows = re.findall(step, html, re.S)
    return {title: bool(done) for done, title in rows}


def test_a_new_site_begins_with_five_steps_and_none_is_done(admin):
    assert steps(admin) == {
        "Give the site your name and colour": False,
        "Make a section": False,
        "Upload a video": False,
        "Try the password as a visitor": False,
        "Invite the people who will edit": False,
    }


def test_the_first_step_of_a_new_site_is_a_section(admin):
    first, *_others = steps(admin)
    assert first == "Make a section"


def test_each_step_is_done_by_doing_it_and_then_the_list_is_gone(admin, client):
    video = factories.make_real_video()
    assert [title for title, done in steps(admin).items() if done] == ["Make a section", "Upload a video"]
    factories.unlock(client, video)
    assert steps(admin)["Try the password as a visitor"]
    SiteSettings.objects.create(site=Site.objects.get(is_default_site=True), name="The Orpheum")
    assert steps(admin)["Give the site your name and colour"]
    factories.make_user("eve", "Video editors")
    assert steps(admin) is None


class TestTheAppearance:
    @pytest.fixture
    def title(self):
        return "Give the site your name and colour"

    @pytest.mark.parametrize("name", OWN_APPEARANCE)
    def test_each_part_of_it_is_enough(self, admin, title, name):
        settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
        assert not steps(admin)[title]
        drawing = {"digest": "0" * 32, "svg": "<svg/>", "png": b"", "width": 1, "height": 1}
        made = {"fonts": lambda: "newsreader", "colour": lambda: "#2244aa"}
        if name in DRAWINGS.values():
            made[name] = lambda: LogoDrawing.objects.create(**drawing)
        elif name.startswith("logo"):
            made[name] = make_image
        setattr(settings, name, made.get(name, lambda: "Ours")())
        settings.save()
        assert steps(admin)[title]

    def test_all_fields_of_the_look_are_parts_of_it(self):
        (look,) = (panel for panel in SiteSettings.panels if str(getattr(panel, "heading", "")) == "Look")
        assert {DRAWINGS.get(field.field_name, field.field_name) for field in look.children} <= set(OWN_APPEARANCE)


def test_the_demo_completes_no_step_and_own_pages_do(admin, client):
    """The rows are those that `load_demo` makes; tests/commands/test_load_demo.py makes them with their films."""
    for demo in SECTIONS:
        section = factories.make_section(str(demo.title), intro=str(demo.intro))
        VideoIndexPage.objects.filter(pk=section.pk).update(slug=demo.slug)
        for each in demo.videos:
            video = factories.make_video(str(each.title), section=section)
            VideoPage.objects.filter(pk=video.pk).update(slug=each.slug, views=3)
    factories.unlock(client, video)
    set_password(section, factories.PASSWORD)
    factories.unlock(factories.browser(), section)
    assert not any(steps(admin).values())
    own = factories.make_video("Our own", section=factories.make_section())
    assert [title for title, done in steps(admin).items() if done] == ["Make a section", "Upload a video"]
    factories.unlock(client, own)
    assert steps(admin)["Try the password as a visitor"]


def test_a_step_that_is_done_leads_there_still(admin):
    factories.make_section()
    html = admin.get("/admin/").content.decode()
    assert re.search(r'<a class="first-run__what" href="[^"]+">Make a section</a>', html)


@pytest.mark.parametrize("has_section", [False, True])
def test_each_step_that_is_open_leads_where_it_is_done(admin, has_section):
    if has_section:
        factories.make_section()
    html = admin.get("/admin/").content.decode()
    for address in re.findall(r'first-run__what" href="([^"]+)"', html):
        assert admin.get(address).status_code == 200


def test_an_editor_sees_the_steps_of_editors_only():
    factories.make_section()
    titles = steps(factories.browser(factories.make_user("ed", "Video editors")))
    assert set(titles) == {"Make a section", "Upload a video", "Try the password as a visitor"}


def test_each_user_can_dismiss_it_for_themselves(admin):
    answer = admin.patch(
        reverse("wagtailadmin_dismissibles"),
        json.dumps({"first_run_checklist": True}),
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert steps(admin) is None
    assert steps(factories.browser(factories.make_superuser("other"))) is not None
