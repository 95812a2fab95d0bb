"""Titles of unpublished pages about the site: owners read them in the admin, and other editors do not."""

import pytest
from django.contrib.auth import get_user_model

from home.models import OrdinaryPage
from tests import factories
from video_pages.sections.editors import set_section_editors

pytestmark = pytest.mark.django_db
CHOOSER, SEARCH = "/admin/choose-page/", "/admin/pages/search/?q=Notice"


@pytest.fixture
def people():
    section, person = factories.make_section(), factories.make_user("section-editor")
    set_section_editors(section, people=[person])
    groups = ("Video editors", "Site owners")
    found = {name: factories.make_user(name.lower().replace(" ", "-"), name) for name in groups}
    return {**found, "section editor": get_user_model().objects.get(pk=person.pk)}


@pytest.fixture
def pages():
    home = factories.get_home()
    shown = home.add_child(instance=OrdinaryPage(title="About us"))
    draft = home.add_child(instance=OrdinaryPage(title="Notice to quit", live=False))
    draft.add_child(instance=OrdinaryPage(title="Notice of the terms", live=False))
    return home, shown, draft


def test_lists_and_choosers_have_them_for_owners_alone(people, pages):
    home, shown, draft = pages
    lists = [
        f"{CHOOSER}{home.pk}/",
        f"{CHOOSER}{home.pk}/?page_type=home.ordinarypage",
        f"{CHOOSER}{draft.pk}/?page_type=home.ordinarypage",
        f"{CHOOSER}search/?q=Notice",
        f"{CHOOSER}chosen-multiple/?multiple=1&id={draft.pk}",
        f"/admin/pages/{home.pk}/",
        SEARCH,
    ]
    for name, person in people.items():
        client = factories.browser(person)
        texts = {address: client.get(address).content.decode() for address in lists}
        seen = [address for address, text in texts.items() if "Notice to" in text or "Notice of" in text]
        # Wagtail's search of all pages has no hook: it shows what lies where one has permissions.
        assert seen == {"Site owners": lists, "Video editors": [SEARCH], "section editor": []}[name], name
        assert shown.title in texts[lists[0]], name


def test_a_link_to_one_is_refused_in_other_hands(people, pages):
    _home, shown, draft = pages
    for name, person in people.items():
        answers = [factories.browser(person).get(f"{CHOOSER}{page.pk}/").status_code for page in (shown, draft)]
        assert answers == [200, 200 if name == "Site owners" else 302], name
