"""Roles and actions: permissions on one video, on every screen and address for an action."""

import base64
import copy

import pytest
from django.urls import reverse
from wagtail.models import Collection

from tests import factories, shared_data
from tests.wagtail_admin import bulk
from tests.wagtail_admin.access import NEW, act
from video_pages.models import ProcessingJob, VideoAccessSession, VideoFile, VideoPage
from video_pages.sections.editors import set_section_editors

pytestmark = pytest.mark.django_db

ROLES = {
    "visitor": None,
    "person without rights": (),
    "editor of another section": "another",
    "editor of this section": "own",
    "Editors": ("Editors",),
    "Video editors": ("Video editors",),
    "Site owners": ("Site owners",),
    "administrator": "superuser",
}
PUBLISHERS = {"editor of this section", "Video editors", "Site owners", "administrator"}
EDITORS = PUBLISHERS | {"Editors"}
FILES = EDITORS  # wagtailmedia gives Wagtail's own groups the rights to all files


own_media_roots = shared_data.media_of_module


@pytest.fixture(scope="module")
def made(own_media_roots, django_db_setup, django_db_blocker):
    """The film, and {role: user}."""
    with shared_data.rows(django_db_blocker):
        film = make_unlocked_video()
        yield film, {role: make_person(role, film) for role in ROLES}


@pytest.fixture
def film(db, made):
    return copy.deepcopy(made[0])


@pytest.fixture
def people(db, made):
    return made[1]


def make_unlocked_video():
    section = factories.make_section("The section")
    set_section_editors(section)
    section.refresh_from_db()
    file = factories.make_video_file(title="The film")
    VideoFile.objects.filter(pk=file.pk).update(collection=section.collection)
    video = factories.make_video("The film", section=section, video_file=file)
    factories.unlock(factories.browser(), video)
    return video


def make_person(role, film):
    kind = ROLES[role]
    if kind is None:
        return None
    if kind == "superuser":
        return factories.make_superuser(role)
    person = factories.make_user(role, *(kind if isinstance(kind, tuple) else ()))
    if kind in ("own", "another"):
        section = film.get_parent().specific if kind == "own" else factories.make_section("Elsewhere")
        collection = section.collection or Collection.get_first_root_node().add_child(name="Elsewhere")
        set_section_editors(section, people=[person], collection=collection)
    return person


def has_session(film):
    return VideoAccessSession.objects.filter(video=film).exists()


def has_new_password(film):
    return VideoPage.objects.get(pk=film.pk).check_password(NEW)


def set_password(client, film):
    act(client, film, "set_password", password=NEW)
    return has_new_password(film)


def set_password_in_bulk(client, film):
    bulk.send_whole(client, "set_one_password", film, **{"access-password": NEW})
    return has_new_password(film)


def end_access(client, film):
    act(client, film, "end")
    return not has_session(film)


def end_access_in_bulk(client, film):
    bulk.send_whole(client, "end_all_access", film)
    return not has_session(film)


def end_one_session(client, film):
    session = VideoAccessSession.objects.get(video=film)
    client.post(reverse("video_sessions", args=(film.pk,)), {"session": session.pk})
    return not has_session(film)


def end_sessions_in_bulk(client, film):
    session = VideoAccessSession.objects.get(video=film)
    bulk.send_whole(client, "end_access", session, model=VideoAccessSession)
    return not has_session(film)


def process_again(client, film):
    client.post(reverse("video_process_again", args=(film.pk,)), {})
    return ProcessingJob.objects.get(video_file=film.video_file).state != "ready"


def process_again_in_bulk(client, film):
    bulk.send_whole(client, "process_again", film)
    return ProcessingJob.objects.get(video_file=film.video_file).state != "ready"


def unpublish_in_bulk(client, film):
    bulk.send_whole(client, "unpublish", film)
    return not VideoPage.objects.get(pk=film.pk).live


def delete_in_bulk(client, film):
    bulk.send_whole(client, "delete", film, total=1)
    return not VideoPage.objects.filter(pk=film.pk).exists()


def tag_in_bulk(client, film):
    bulk.send_whole(client, "change_tags", film, add="matrix", remove="")
    return "matrix" in VideoPage.objects.get(pk=film.pk).tags.names()


def announce(client, **metadata):
    """Announce a resumable upload; True if it was admitted."""
    values = {"filename": "film.mp4", **metadata}
    encoded = ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in values.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "1000", "Upload-Metadata": encoded}
    return client.generic("POST", reverse("tus_uploads"), content_type="", headers=headers).status_code == 201


def announce_upload(client, film):
    return announce(client)


def announce_upload_for_the_section(client, film):
    return announce(client, section=film.get_parent().pk)


def announce_a_new_source(client, film):
    return announce(client, replaces=film.video_file_id)


def read_the_source(client, film):
    return client.get(reverse("video_file_source", args=(film.video_file_id,))).status_code == 200


def read_statistics(client, film):
    return client.get(f"/admin/videos/{film.pk}/statistics/").status_code == 200


def watch_without_password(client, film):
    return client.get(f"/stream/{film.uuid}/source").status_code == 200


def choose_editors(client, film):
    return client.get(reverse("section_editors", args=(film.get_parent().pk,))).status_code == 200


SENDERS = FILES | {"editor of another section"}
ACTIONS = [
    (set_password, PUBLISHERS),
    (set_password_in_bulk, PUBLISHERS),
    (end_access, PUBLISHERS),
    (end_access_in_bulk, PUBLISHERS),
    (end_one_session, PUBLISHERS),
    (end_sessions_in_bulk, PUBLISHERS),
    (process_again, EDITORS),
    (process_again_in_bulk, EDITORS),
    (unpublish_in_bulk, PUBLISHERS),
    (delete_in_bulk, PUBLISHERS),
    (tag_in_bulk, EDITORS),
    (announce_upload, SENDERS),
    (announce_upload_for_the_section, FILES),
    (announce_a_new_source, FILES),
    (read_the_source, EDITORS),
    (read_statistics, EDITORS),
    (watch_without_password, EDITORS),
    (choose_editors, {"Site owners", "administrator"}),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("action", "allowed"), ACTIONS, ids=[action.__name__ for action, _allowed in ACTIONS])
def test_each_role_does_what_it_may_and_nothing_else(film, people, role, action, allowed):
    assert action(factories.browser(people[role]), film) is (role in allowed)
