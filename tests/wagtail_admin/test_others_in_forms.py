"""The page form of an editor of one section: images and links of other sections are neither accepted nor named."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site
from wagtail.test.utils.form_data import rich_text

from home.models import SiteSettings
from tests import factories
from tests.uploads import forms
from tests.wagtail_admin.page_screens import add_screen, form_of, screen
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.foreign_content import foreign_links
from video_pages.sections.editors import set_section_editors

pytestmark = pytest.mark.django_db

MARK = "Zanzibar"


@pytest.fixture
def place():
    """{"section", "video", "image", "client"} of an editor, and "other_video", "other_image" of another section."""
    made = {}
    for prefix, word in (("", "Our"), ("other_", MARK)):
        section, person = factories.make_section(f"{word} class"), factories.make_user(f"{prefix}editor")
        set_section_editors(section, people=[person])
        made[f"{prefix}section"] = section = VideoIndexPage.objects.get(pk=section.pk)
        made[f"{prefix}image"] = get_image_model().objects.create(
            title=f"{word} picture", file=get_test_image_file(), collection=section.collection
        )
        made[f"{prefix}video"] = factories.make_video(f"{word} film", section=section)
    return {**made, "client": factories.browser(get_user_model().objects.get(username="editor"))}


def link_to(page):
    return rich_text(f'<p>See <a linktype="page" id="{page.pk}">this</a>.</p>')


def latest(page):
    return VideoPage.objects.get(pk=page.pk).get_latest_revision_as_object()


@pytest.mark.parametrize("where", ["edit/", "edit/preview/"])
def test_another_sections_image_is_neither_accepted_nor_named(place, where):
    fields = form_of(place["video"], thumbnail=place["other_image"].pk)
    answer = place["client"].post(screen(place["video"], where), fields)
    assert MARK not in answer.content.decode()
    assert answer.status_code == 200
    if where == "edit/":
        assert "may not use the image" in answer.content.decode()
    else:
        assert answer.json()["is_valid"] is False
    assert latest(place["video"]).thumbnail is None


def test_nor_for_a_new_page(place):
    fields = {**form_of(place["video"]), "title": "New", "slug": "new", "thumbnail": place["other_image"].pk}
    answer = place["client"].post(add_screen(place["section"]), fields)
    assert "may not use the image" in answer.content.decode()
    assert MARK not in answer.content.decode()


def test_an_own_image_is_accepted_and_the_present_image_stays(place):
    client, video = place["client"], place["video"]
    client.post(screen(video, "edit/"), form_of(video, thumbnail=place["image"].pk))
    assert latest(video).thumbnail == place["image"]
    VideoPage.objects.filter(pk=video.pk).update(thumbnail=place["other_image"])  # as a site owner would choose it
    answer = client.post(screen(video, "edit/"), form_of(video, title="Renamed", thumbnail=place["other_image"].pk))
    assert answer.status_code == 302
    assert (latest(video).title, latest(video).thumbnail) == ("Renamed", place["other_image"])


def test_nor_as_the_logo_of_the_site(place):
    editor = get_user_model().objects.get(username="editor")
    editor.user_permissions.add(Permission.objects.get(codename="change_sitesettings"))
    settings = SiteSettings.for_site(Site.objects.get())
    address = f"/admin/settings/home/sitesettings/{settings.site_id}/"
    fields = {"name": "New", "footer": "", "colour": "", "password_note": "", "contact": ""}
    answer = place["client"].post(address, {**fields, "logo": place["other_image"].pk})
    assert "may not use the image" in answer.content.decode()
    assert MARK not in answer.content.decode()
    assert place["client"].post(address, {**fields, "logo": place["image"].pk}).status_code == 302
    assert SiteSettings.objects.get().logo == place["image"]


def test_nor_a_page_of_others_as_the_target_of_a_redirect(place):
    """The redirect would tell its address to everybody."""
    editor, client = get_user_model().objects.get(username="editor"), place["client"]
    editor.user_permissions.add(*Permission.objects.filter(codename__in=["add_redirect", "change_redirect"]))
    fields = {"old_path": "/old", "site": "", "is_permanent": "on", "redirect_link": ""}
    theirs = {**fields, "redirect_page": place["other_video"].pk}
    assert client.post("/admin/redirects/add/", {**fields, "redirect_page": place["video"].pk}).status_code == 302
    made = Redirect.objects.get()
    for address in ("/admin/redirects/add/", f"/admin/redirects/{made.pk}/"):
        answer = client.post(address, {**theirs, "old_path": f"{address}old"})
        assert "You may not choose this page" in answer.content.decode()
        assert MARK not in answer.content.decode()
    assert Redirect.objects.get().redirect_page_id == place["video"].pk


def test_no_screen_of_redirects_names_a_page_of_others_or_its_former_path(place):
    editor, client = get_user_model().objects.get(username="editor"), place["client"]
    editor.user_permissions.add(*Permission.objects.filter(content_type__app_label="wagtailredirects"))
    Redirect.objects.create(old_path="/own-path", redirect_page=place["video"])
    Redirect.objects.create(old_path="/typed-path", redirect_link="/somewhere/")
    theirs = Redirect.objects.create(old_path=f"/{MARK}-path", redirect_page=place["other_video"])
    for address in ("", "results/", "?export=csv", "?q=path", f"?q={MARK}", "results/?q=path"):
        answer = client.get(f"/admin/redirects/{address}")
        shown = b"".join(answer).decode().replace(f'value="{MARK}"', "").replace(f"q={MARK}", "")
        assert answer.status_code == 200 and f"/{MARK}" not in shown and f"{MARK} film" not in shown, address
        assert MARK in address or ("/own-path" in shown and "/typed-path" in shown), address
    for address in (f"{theirs.pk}/", f"{theirs.pk}/delete/"):
        for answer in (client.get(f"/admin/redirects/{address}"), client.post(f"/admin/redirects/{address}")):
            assert answer.status_code == 404
            assert f"{MARK}-path" not in answer.content.decode()
    assert Redirect.objects.filter(pk=theirs.pk).exists()
    admin = factories.browser(factories.make_superuser())
    assert f"/{MARK}-path" in admin.get("/admin/redirects/").content.decode()


@pytest.mark.parametrize("field", ["description", "intro"])
def test_a_link_to_another_sections_page_is_neither_accepted_nor_named(place, field):
    page = place["video"] if field == "description" else place["section"]
    other = place["other_video"]
    answer = place["client"].post(screen(page, "edit/"), form_of(page, **{field: link_to(other)}))
    text = answer.content.decode()
    assert "Links to pages that you do not see have been taken out" in text and "See this." in text
    assert MARK not in text and other.slug not in text
    assert str(other.pk) not in getattr(type(page).objects.get(pk=page.pk).get_latest_revision_as_object(), field)


def test_a_link_to_an_own_page_is_accepted_and_a_present_link_stays(place):
    client, video = place["client"], place["video"]
    assert client.post(screen(video, "edit/"), form_of(video, description=link_to(place["section"]))).status_code == 302
    html = f'<p>See <a linktype="page" id="{place["other_video"].pk}">this</a>.</p>'
    other = VideoPage.objects.get(pk=video.pk)
    other.description = html
    other.save_revision()
    assert client.post(screen(video, "edit/"), form_of(video, description=rich_text(html))).status_code == 302


@pytest.mark.parametrize("answer", ["form", "check", "JSON"])
def test_the_upload_screen_refuses_links_to_other_sections_pages_and_shows_none(place, answer):
    client, other = place["client"], place["other_video"]
    if answer == "JSON":
        client.defaults |= {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ACCEPT": "application/json"}
    changes = {"check": "1", "video_file_name": "a.mp4", "video_file_size": "9"} if answer == "check" else {}
    response = forms.upload(client, place["section"], title="New", description=link_to(other), **changes)
    text = response.content.decode()
    assert "links to pages that you do not see" in text
    assert MARK not in text and other.slug not in text
    assert response.status_code == (422 if answer == "JSON" else 200)
    assert not VideoPage.objects.filter(title="New").exists()


def test_the_upload_screen_accepts_a_link_to_an_own_page(place):
    assert forms.upload(place["client"], place["section"], description=link_to(place["video"])).status_code == 302
    assert f'id="{place["video"].pk}"' in VideoPage.objects.get(title="A film").description


def test_a_link_to_a_page_that_does_not_exist_yet_is_refused(place):
    """Otherwise it would tell the address of whatever page gets this id."""
    later = VideoPage(pk=place["other_video"].pk + 1000)
    client, video = place["client"], place["video"]
    form = form_of(video, description=link_to(later))
    assert "Links to pages that you do not see" in client.post(screen(video, "edit/"), form).content.decode()
    response = forms.upload(client, place["section"], description=link_to(later))
    assert forms.errors(response) == {"description": ["not_yours"]}


@pytest.mark.parametrize("written", [" {}", "+{}", "0{}"])
def test_however_the_number_of_a_linked_page_is_written(place, written):
    html = f'<p>See <a linktype="page" id="{written.format(place["other_video"].pk)}">this</a>.</p>'
    state = {"text": "this", "type": "unstyled", "entityRanges": [{"offset": 0, "length": 4, "key": 0}]}
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": written.format(place["other_video"].pk)}}
    description = json.dumps({"blocks": [state], "entityMap": {"0": link}})
    response = forms.upload(place["client"], place["section"], description=description)
    assert set(forms.errors(response)) == {"description"}
    assert foreign_links(html, get_user_model().objects.get(username="editor")) == {place["other_video"].pk}


def test_the_dialog_for_links_makes_no_page_of_an_address(place):
    fields = {"external-link-chooser-url": place["other_video"].url, "external-link-chooser-link_text": "x"}
    answer = place["client"].post("/admin/choose-external-link/", fields)
    assert answer.status_code == 200
    assert MARK not in answer.content.decode()


def test_only_the_links_to_pages_of_others_are_taken_out_of_a_text(place):
    """The rest of the form is not lost, and the text of the link stays."""
    own, other = place["section"], place["other_video"]
    html = (
        f'<p><a linktype="page" id="{own.pk}">Our class</a>, <a href="https://example.org/">the web</a> and '
        f'<a id="{other.pk}" linktype="page">something <b>else</b></a>.</p>'
    )
    form = form_of(place["video"], description=rich_text(html))
    answer = place["client"].post(screen(place["video"], "edit/"), form)
    shown = answer.context["form"]["description"].value()
    assert MARK not in answer.content.decode() and f'id="{other.pk}"' not in shown
    assert f'<a linktype="page" id="{own.pk}">Our class</a>' in shown
    assert '<a href="https://example.org/">the web</a>' in shown
    assert "something <b>else</b>." in shown
