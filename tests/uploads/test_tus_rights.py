"""Each request checks the right to upload; an upload belongs to one user; space is reserved before bytes are sent."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import F
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from tests import clips, factories
from tests.uploads import resumable as tus
from video_pages.models import ResumableUpload, VideoFile
from video_pages.uploads import limits, resumable

pytestmark = pytest.mark.django_db

SIZE = 4096
QUERIES = 4  # session, user, the right to add, the uploads


def make_editor(username, section=None, collection=None):
    """A user who may add pages in `section` and files in `collection` (default: anywhere)."""
    group = Group.objects.create(name=f"Group of {username}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    page = section or factories.get_home()
    GroupPagePermission.objects.create(group=group, page=page, permission=Permission.objects.get(codename="add_page"))
    permission = Permission.objects.get(codename="add_media", content_type__app_label="wagtailmedia")
    root = Collection.get_first_root_node()
    GroupCollectionPermission.objects.create(group=group, collection=collection or root, permission=permission)
    user = factories.make_user(username)
    user.groups.add(group)
    return user


class TestWhose:
    def test_anothers_upload_is_as_little_there_as_none(self, editor):
        address = tus.create(editor, SIZE)
        tus.send(editor, address, bytes(100))
        other = factories.browser(factories.make_superuser("other"))
        assert tus.ask(other, address).status_code == 404
        assert tus.send(other, address, b"x", offset=100).status_code == 404
        assert tus.cancel(other, address).status_code == 404
        assert other.get(address).status_code == 404
        assert other.get(reverse("tus_uploads")).json() == {"uploads": []}
        assert tus.ask(editor, address)["Upload-Offset"] == "100"

    def test_an_editor_finds_their_own_uploads_again_by_what_the_file_is(self, editor):
        address = tus.create(editor, SIZE, fingerprint="abc-1")
        tus.create(editor, SIZE, fingerprint="abc-2")
        tus.send(editor, address, bytes(100))
        found = editor.get(reverse("tus_uploads"), {"fingerprint": "abc-1", "size": SIZE}).json()["uploads"]
        assert [(one["url"], one["offset"], one["state"]) for one in found] == [(address, 100, "uploading")]
        assert editor.get(reverse("tus_uploads"), {"fingerprint": "abc-1", "size": 5}).json()["uploads"] == []
        assert len(editor.get(reverse("tus_uploads")).json()["uploads"]) == 2

    def test_the_list_asks_the_database_as_often_for_one_as_for_many(self, editor, django_assert_num_queries):
        tus.create(editor, SIZE)
        editor.get(reverse("tus_uploads"))
        with django_assert_num_queries(QUERIES):
            editor.get(reverse("tus_uploads"))
        for _number in range(5):
            tus.create(editor, SIZE)
        with django_assert_num_queries(QUERIES):
            assert len(editor.get(reverse("tus_uploads")).json()["uploads"]) == 6


class TestWho:
    def test_a_visitor_is_sent_to_sign_in_and_a_script_is_refused(self):
        visitor = factories.browser()
        assert tus.announce(visitor, SIZE).status_code == 302
        assert tus.announce(visitor, SIZE, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
        assert not ResumableUpload.objects.exists()

    def test_who_may_not_add_files_is_refused(self):
        user = factories.make_user("reader", "Editors")
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        GroupCollectionPermission.objects.all().delete()
        assert tus.announce(factories.browser(user), SIZE).status_code == 403

    def test_a_right_that_is_taken_away_ends_an_upload_under_way(self):
        user = make_editor("editor")
        client = factories.browser(user)
        address = tus.create(client, SIZE)
        user.groups.clear()
        headers = {"X-Requested-With": "XMLHttpRequest"}
        assert tus.send(client, address, b"x", headers=headers).status_code == 403
        user.groups.add(Group.objects.get(name="Group of editor"))
        GroupCollectionPermission.objects.all().delete()
        assert tus.send(client, address, b"x", headers=headers).status_code == 403
        assert tus.parts() == []

    @pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
    def test_a_request_without_the_csrf_header_is_refused(self, editor, method):
        address = tus.create(editor, SIZE)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = editor.cookies
        target = reverse("tus_uploads") if method == "POST" else address
        headers = {"Upload-Length": SIZE, "Upload-Metadata": tus.metadata(filename="film.mp4")}
        assert tus.send(strict, target, b"", headers=headers, method=method).status_code == 403
        assert ResumableUpload.objects.count() == 1
        strict.cookies["csrftoken"] = token = "t" * 32
        headers["X-CSRFToken"] = token
        assert tus.send(strict, target, b"", headers=headers, method=method).status_code in (201, 204)

    def test_an_editor_of_one_section_uploads_for_no_other(self):
        mine, theirs = factories.make_section("Mine"), factories.make_section("Theirs")
        client = factories.browser(make_editor("editor", section=mine))
        headers = {"X-Requested-With": "XMLHttpRequest"}
        assert tus.announce(client, SIZE, section=theirs.pk, headers=headers).status_code == 403
        assert tus.announce(client, SIZE, section=99999, headers=headers).status_code == 403
        assert tus.announce(client, SIZE, section="../1", headers=headers).status_code == 403
        assert tus.announce(client, SIZE, section=mine.pk, headers=headers).status_code == 201

    def test_the_file_lies_in_the_collection_of_its_section(self):
        collection = Collection.get_first_root_node().add_child(name="Films of mine")
        section = factories.make_section("Mine", collection=collection)
        client = factories.browser(make_editor("editor", section=section, collection=collection))
        tus.upload(client, clips.mp4(), section=section.pk)
        assert VideoFile.objects.get().collection == collection

    def test_only_who_may_change_a_file_replaces_it(self, editor):
        video_file = factories.make_video_file(clips.mp4())
        client = factories.browser(make_editor("editor"))
        headers = {"X-Requested-With": "XMLHttpRequest"}
        theirs = tus.announce(client, SIZE, replaces=video_file.pk, headers=headers)
        missing = tus.announce(client, SIZE, replaces=99999, headers=headers)
        assert theirs.status_code == missing.status_code == 403
        assert theirs.content == missing.content
        assert tus.announce(editor, SIZE, replaces=video_file.pk).status_code == 201


class TestRoom:
    def test_a_file_over_the_limit_is_refused_before_it_travels(self, editor, settings):
        settings.MAX_UPLOAD_BYTES = 1000
        response = tus.announce(editor, 1001)
        assert (response.status_code, response.json()["code"]) == (413, "too_large")
        assert tus.announce(editor, 1000).status_code == 201

    def test_what_others_announced_counts_against_the_quota(self, editor, settings):
        settings.LIBRARY_QUOTA_BYTES = 10_000
        address = tus.create(editor, 6000)
        response = tus.announce(editor, 5000)
        assert (response.status_code, response.json()["code"]) == (413, "library_full")
        tus.send(editor, address, bytes(3000))
        assert tus.announce(editor, 5000).status_code == 413, "bytes that came are as taken as those to come"
        assert tus.announce(editor, 4000).status_code == 201
        tus.cancel(editor, address)
        assert tus.announce(editor, 5000).status_code == 201

    def test_what_stands_still_counts_against_its_own_user_only(self, editor, settings):
        settings.LIBRARY_QUOTA_BYTES = 10_000
        other = factories.browser(factories.make_superuser("another"))
        address = tus.create(editor, 9000)
        tus.send(editor, address, bytes(2000))
        assert tus.announce(other, 5000).status_code == 413
        ResumableUpload.objects.update(touched_at=F("touched_at") - dt.timedelta(minutes=11))
        assert tus.announce(other, 8001).status_code == 413, "bytes that came are on the disk"
        assert tus.announce(editor, 5000).status_code == 413
        assert tus.announce(other, 8000).status_code == 201
        tus.cancel(editor, address)

    def test_what_stands_still_leaves_the_disk_to_others(self, editor, settings, monkeypatch):
        class Usage:
            free = 10_000

        settings.DISK_FLOOR_BYTES = 0
        monkeypatch.setattr(limits.shutil, "disk_usage", lambda _path: Usage)
        other = factories.browser(factories.make_superuser("another"))
        address = tus.create(editor, 9000)
        assert tus.announce(other, 5000).json()["code"] == "disk_full"
        ResumableUpload.objects.update(touched_at=F("touched_at") - dt.timedelta(minutes=11))
        theirs = tus.create(other, 5000)
        assert tus.send(other, theirs, bytes(5000)).status_code == 204
        Usage.free -= 5000
        refused = tus.send(editor, address, bytes(5001))
        assert (refused.status_code, refused["Upload-Offset"]) == (507, "0")
        assert tus.send(editor, address, bytes(100)).status_code == 204, "what is there may still be filled"

    def test_one_person_has_a_bounded_number_of_unfinished_uploads(self, editor, settings):
        settings.UNFINISHED_UPLOADS_PER_USER = 2
        first, _second = tus.create(editor, 1000), tus.create(editor, 1000)
        refused = tus.announce(editor, 1000)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_many_unfinished")
        assert "You have 2 unfinished uploads" in refused.json()["reason"]
        assert tus.announce(factories.browser(factories.make_superuser("another")), 1000).status_code == 201
        tus.cancel(editor, first)
        assert tus.announce(editor, 1000).status_code == 201

    def test_one_person_announces_a_bounded_number_of_bytes(self, editor, settings):
        settings.UNFINISHED_BYTES_PER_USER = 5000
        alone = tus.create(editor, 6000)
        refused = tus.announce(editor, 1)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_much_announced")
        tus.cancel(editor, alone)
        tus.create(editor, 3000)
        assert tus.announce(editor, 2001).status_code == 413
        assert tus.announce(editor, 2000).status_code == 201

    def test_a_slow_upload_tells_its_row_that_it_moves(self, editor, monkeypatch):
        address = tus.create(editor, SIZE)
        monkeypatch.setattr(resumable, "BLOCK_BYTES", 10)
        monkeypatch.setattr(resumable, "CHECK_EVERY_SECONDS", 0)
        offsets = []
        real = resumable.touch
        monkeypatch.setattr(
            resumable,
            "touch",
            lambda upload, offset, **options: (offsets.append(offset), real(upload, offset, **options)),
        )
        tus.send(editor, address, bytes(30))
        assert offsets == [10, 20, 30, 30]

    def test_the_quota_counts_an_upload_once_when_it_has_become_a_file(self, editor, settings):
        size = clips.mp4().stat().st_size
        settings.LIBRARY_QUOTA_BYTES = 2 * size
        tus.upload(editor, clips.mp4())
        assert limits.quota_left() == size

    def test_the_place_of_the_file_to_be_replaced_is_free(self, editor, settings):
        video_file = factories.make_video_file(clips.mp4())
        settings.LIBRARY_QUOTA_BYTES = video_file.size_bytes
        assert tus.announce(editor, video_file.size_bytes).status_code == 413
        assert tus.announce(editor, video_file.size_bytes, replaces=video_file.pk).status_code == 201

    def test_the_disk_floor_holds_and_what_is_to_come_is_reserved(self, editor, settings, monkeypatch):
        settings.DISK_FLOOR_BYTES = 1000

        class Usage:
            free = 11_000

        monkeypatch.setattr(limits.shutil, "disk_usage", lambda _path: Usage)
        assert tus.announce(editor, 10_001).json()["code"] == "disk_full"
        address = tus.create(editor, 6000)
        assert tus.announce(editor, 5000).status_code == 413
        tus.send(editor, address, bytes(6000 - 1))
        Usage.free -= 5999
        assert tus.announce(editor, 4001).status_code == 413
        assert tus.announce(editor, 4000).status_code == 201

    def test_a_disk_that_fills_up_meanwhile_takes_no_byte_more_and_keeps_those_it_has(
        self, editor, settings, monkeypatch
    ):
        address = tus.create(editor, SIZE)
        tus.send(editor, address, bytes(100))
        settings.DISK_FLOOR_BYTES = 2**60
        response = tus.send(editor, address, bytes(100), offset=100)
        assert (response.status_code, response["Upload-Offset"]) == (507, "100")
        assert "disk is nearly full" in response.json()["reason"]
        settings.DISK_FLOOR_BYTES = 0
        assert tus.send(editor, address, bytes(100), offset=100).status_code == 204

    def test_a_write_that_finds_no_room_keeps_what_was_written(self, editor, monkeypatch):
        address = tus.create(editor, SIZE)
        real = resumable.limits.disk_room
        monkeypatch.setattr(resumable, "BLOCK_BYTES", 1000)
        monkeypatch.setattr(resumable, "CHECK_EVERY_BYTES", 2000)
        rooms = iter([SIZE, 0])
        monkeypatch.setattr(resumable.limits, "disk_room", lambda **options: next(rooms, real(**options)))
        response = tus.send(editor, address, bytes(SIZE))
        assert (response.status_code, response["Upload-Offset"]) == (507, "2000")
