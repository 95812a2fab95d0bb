"""tus 1.0.0, rule by rule, under the headings of the specification."""

import datetime as dt
import hashlib
from email.utils import parsedate_to_datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import clips, factories
from tests.uploads import resumable as tus
from video_pages.models import ResumableUpload, VideoFile

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 16


@pytest.fixture
def address(editor):
    """An upload of 4096 bytes of which 1000 are there."""
    address = tus.create(editor, len(CONTENT))
    assert tus.send(editor, address, CONTENT[:1000]).status_code == 204
    return address


class TestHead:
    def test_the_answer_has_offset_and_length_and_is_not_cached(self, editor, address):
        response = tus.ask(editor, address)
        assert response.status_code == 200
        assert (response["Upload-Offset"], response["Upload-Length"]) == ("1000", "4096")
        assert "no-store" in response["Cache-Control"]
        assert response["Tus-Resumable"] == "1.0.0"
        assert response.content == b""

    def test_the_metadata_of_the_client_are_returned(self, editor):
        said = tus.metadata(filename="film.mp4", title="Salzwüste", of_its_own="kept")
        address = tus.create(editor, 10, headers={"Upload-Metadata": said})
        assert tus.ask(editor, address)["Upload-Metadata"] == said

    def test_a_fresh_upload_is_at_zero(self, editor):
        assert tus.ask(editor, tus.create(editor, 10))["Upload-Offset"] == "0"

    def test_an_unknown_upload_is_404_without_an_offset(self, editor):
        response = tus.ask(editor, reverse("tus_upload", args=["x" * 32]))
        assert response.status_code == 404
        assert "Upload-Offset" not in response

    def test_a_part_file_that_was_lost_begins_anew(self, editor, address):
        tus.part_of(address).unlink()
        assert tus.ask(editor, address)["Upload-Offset"] == "0"
        assert tus.send(editor, address, CONTENT[:500])["Upload-Offset"] == "500"


class TestPatch:
    def test_bytes_are_added_at_the_offset_and_the_new_one_is_returned(self, editor, address):
        response = tus.send(editor, address, CONTENT[1000:3000], offset=1000)
        assert (response.status_code, response["Upload-Offset"], response.content) == (204, "3000", b"")
        assert tus.part_of(address).read_bytes() == CONTENT[:3000]

    @pytest.mark.parametrize("offset", [0, 999, 1001, 4096])
    def test_another_offset_is_409_and_changes_nothing(self, editor, address, offset):
        response = tus.send(editor, address, b"x", offset=offset)
        assert response.status_code in (409, 413)
        assert tus.part_of(address).read_bytes() == CONTENT[:1000]

    @pytest.mark.parametrize("offset", ["-1", "ten", "1e3", "", None, "9" * 40])
    def test_what_is_no_offset_is_400(self, editor, address, offset):
        assert tus.send(editor, address, b"x", offset=offset).status_code == 400

    @pytest.mark.parametrize("content_type", ["application/octet-stream", "video/mp4", "text/plain"])
    def test_another_content_type_is_415(self, editor, address, content_type):
        assert tus.send(editor, address, b"x", offset=1000, content_type=content_type).status_code == 415
        assert tus.part_of(address).stat().st_size == 1000

    def test_more_than_was_announced_is_413_and_nothing_of_it_is_kept(self, editor, address):
        assert tus.send(editor, address, bytes(5000), offset=1000).status_code == 413
        assert tus.part_of(address).stat().st_size == 1000

    def test_an_unknown_upload_is_404(self, editor):
        assert tus.send(editor, reverse("tus_upload", args=["x" * 32]), b"x").status_code == 404

    def test_an_empty_patch_says_where_the_upload_is(self, editor, address):
        assert tus.send(editor, address, b"", offset=1000)["Upload-Offset"] == "1000"

    def test_a_body_of_unsaid_length_is_411(self, editor, address):
        headers = {"Transfer-Encoding": "chunked"}
        assert tus.send(editor, address, b"x", offset=1000, headers=headers).status_code == 411


class TestVersion:
    @pytest.mark.parametrize("version", [None, "0.2.2", "1.0", "2.0.0"])
    def test_another_version_is_412_with_those_spoken_here(self, editor, address, version):
        for response in (
            editor.head(address, headers={"Tus-Resumable": version} if version else {}),
            tus.send(editor, address, b"x", offset=1000, headers={"Tus-Resumable": version}),
            tus.announce(editor, 10, headers={"Tus-Resumable": version}),
            editor.delete(address, headers={"Tus-Resumable": version} if version else {}),
        ):
            assert (response.status_code, response["Tus-Version"]) == (412, "1.0.0")
        assert tus.part_of(address).stat().st_size == 1000
        assert ResumableUpload.objects.count() == 1

    def test_options_tells_what_is_spoken_and_needs_no_version(self, editor, settings):
        settings.MAX_UPLOAD_BYTES = 12345
        response = editor.options(reverse("tus_uploads"))
        assert response.status_code in (200, 204)
        assert response["Tus-Version"] == "1.0.0"
        assert response["Tus-Max-Size"] == "12345"
        assert {"sha1", "sha256"} <= set(response["Tus-Checksum-Algorithm"].split(","))
        expected = {"creation", "creation-with-upload", "checksum", "expiration", "termination"}
        assert set(response["Tus-Extension"].split(",")) == expected

    def test_every_answer_names_the_version(self, editor, address):
        for response in (tus.ask(editor, address), tus.send(editor, address, b"", offset=5), editor.put(address)):
            assert response["Tus-Resumable"] == "1.0.0"


class TestMethodOverride:
    def test_a_post_may_mean_patch_head_or_delete(self, editor, address):
        override = {"X-HTTP-Method-Override": "PATCH"}
        sent = tus.send(editor, address, CONTENT[1000:1100], offset=1000, headers=override, method="POST")
        assert (sent.status_code, sent["Upload-Offset"]) == (204, "1100")
        override = {"X-HTTP-Method-Override": "DELETE"}
        assert tus.send(editor, address, b"", headers=override, method="POST").status_code == 204
        assert tus.ask(editor, address).status_code == 404

    def test_a_get_can_mean_nothing_else(self, editor, address):
        editor.get(address, headers={**tus.VERSION, "X-HTTP-Method-Override": "DELETE"})
        assert tus.ask(editor, address).status_code == 200

    @pytest.mark.parametrize("method", ["PUT", "POST"])
    def test_other_methods_are_405(self, editor, address, method):
        response = tus.send(editor, address, b"", method=method)
        assert (response.status_code, "PATCH" in response["Allow"]) == (405, True)


class TestCreation:
    def test_an_upload_is_announced_and_nothing_lies_on_the_disk(self, editor):
        response = tus.announce(editor, 4096, filename="Salt flats.mp4", title="Salt", fingerprint="abc")
        assert response.status_code == 201
        assert response["Location"].startswith("/admin/uploads/tus/")
        upload = tus.row(response["Location"])
        assert (upload.filename, upload.title, upload.fingerprint) == ("Salt flats.mp4", "Salt", "abc")
        assert (upload.size_bytes, upload.user.username) == (4096, "admin")
        assert tus.parts() == []

    @pytest.mark.parametrize("length", [None, "", "-1", "many", "1.5", "9" * 40])
    def test_a_length_that_is_none_is_400(self, editor, length):
        assert tus.announce(editor, length).status_code == 400

    def test_a_length_to_be_said_later_is_not_offered(self, editor):
        assert tus.announce(editor, None, headers={"Upload-Defer-Length": "1"}).status_code == 400

    @pytest.mark.parametrize("text", ["filename", "filename not*base64", "filename YQ==,filename YQ==", ",", " x YQ=="])
    def test_metadata_of_another_shape_is_refused(self, editor, text):
        response = tus.announce(editor, 10, headers={"Upload-Metadata": text})
        assert response.status_code in (400, 422)
        assert not ResumableUpload.objects.exists()

    @pytest.mark.parametrize(("length", "kept"), [(64, True), (65, False)])
    def test_a_fingerprint_that_is_too_long_for_its_column_is_none(self, editor, length, kept):
        tus.create(editor, 10, fingerprint="f" * length)
        assert ResumableUpload.objects.get().fingerprint == ("f" * length if kept else "")

    @pytest.mark.parametrize("name", ["notes.txt", "film", "film.mp4.exe", ""])
    def test_a_file_that_is_no_video_by_its_name_is_422_with_a_reason(self, editor, name):
        response = tus.announce(editor, 10, filename=name)
        assert (response.status_code, response.json()["code"]) == (422, "invalid_extension")
        assert response.json()["reason"]

    def test_an_empty_file_is_refused(self, editor):
        assert tus.announce(editor, 0).json()["code"] == "empty"


class TestCreationWithUpload:
    def test_the_first_bytes_come_along(self, editor):
        response = tus.announce(editor, 4096, content=CONTENT[:700])
        assert (response.status_code, response["Upload-Offset"]) == (201, "700")
        assert tus.part_of(response["Location"]).read_bytes() == CONTENT[:700]

    def test_a_whole_file_comes_along_and_becomes_a_video_file(self, editor):
        content = clips.mp4().read_bytes()
        response = tus.announce(editor, len(content), content=content)
        assert response["Upload-Offset"] == str(len(content))
        assert VideoFile.objects.get().size_bytes == len(content)

    def test_more_than_was_announced_makes_nothing(self, editor):
        assert tus.announce(editor, 10, content=bytes(11)).status_code == 413
        assert not ResumableUpload.objects.exists()

    def test_bytes_that_were_changed_on_the_way_make_nothing(self, editor):
        response = tus.announce(editor, 4096, content=b"changed", headers=tus.checksum(b"sent"))
        assert response.status_code == 460
        assert not ResumableUpload.objects.exists()
        assert tus.parts() == []


class TestChecksum:
    @pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
    def test_right_bytes_are_taken(self, editor, address, algorithm):
        chunk = CONTENT[1000:2000]
        response = tus.send(editor, address, chunk, offset=1000, headers=tus.checksum(chunk, algorithm))
        assert (response.status_code, response["Upload-Offset"]) == (204, "2000")

    def test_changed_bytes_are_460_and_none_of_them_is_kept(self, editor, address):
        response = tus.send(editor, address, bytes(1000), offset=1000, headers=tus.checksum(b"other"))
        assert response.status_code == 460
        assert response.reason_phrase == "Checksum Mismatch"
        assert tus.part_of(address).read_bytes() == CONTENT[:1000]
        assert tus.ask(editor, address)["Upload-Offset"] == "1000"

    @pytest.mark.parametrize("text", ["crc32 AAAA", "sha1", "sha1 not*base64", "sha1 YQ==", ""])
    def test_what_is_no_checksum_is_400(self, editor, address, text):
        response = tus.send(editor, address, b"x", offset=1000, headers={"Upload-Checksum": text})
        assert response.status_code == 400
        assert tus.part_of(address).stat().st_size == 1000

    def test_bytes_that_a_killed_server_could_not_prove_do_not_count(self, editor, address):
        part = tus.part_of(address)
        part.with_suffix(".unproved").write_text("1000")
        part.write_bytes(CONTENT[:1000] + b"unproved")
        assert tus.ask(editor, address)["Upload-Offset"] == "1000"
        assert tus.send(editor, address, CONTENT[1000:1100], offset=1000)["Upload-Offset"] == "1100"
        assert part.read_bytes() == CONTENT[:1100]


class TestExpiration:
    def test_every_answer_about_an_unfinished_upload_says_when_it_goes(self, editor, address):
        for response in (
            tus.announce(editor, 10),
            tus.send(editor, address, b"x", offset=1000),
            tus.ask(editor, address),
        ):
            left = parsedate_to_datetime(response["Upload-Expires"]) - timezone.now()
            assert dt.timedelta(hours=23) < left <= dt.timedelta(days=1)

    def test_an_expired_upload_is_410(self, editor, address):
        ResumableUpload.objects.update(touched_at=timezone.now() - dt.timedelta(hours=25))
        assert tus.ask(editor, address).status_code == 410
        assert tus.send(editor, address, b"x", offset=1000).status_code == 410


class TestTermination:
    def test_a_deleted_upload_is_gone_with_its_bytes(self, editor, address):
        assert tus.cancel(editor, address).status_code == 204
        assert tus.parts() == []
        assert tus.ask(editor, address).status_code == 404
        assert tus.send(editor, address, b"x", offset=1000).status_code == 404

    def test_a_finished_upload_is_forgotten_and_a_file_that_was_taken_stays(self, editor):
        address, _response = tus.upload(editor, clips.mp4())
        factories.make_video(video_file=VideoFile.objects.get())
        assert tus.cancel(editor, address).status_code == 204
        assert VideoFile.objects.get().sha256 == hashlib.sha256(clips.mp4().read_bytes()).hexdigest()
