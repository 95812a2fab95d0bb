"""The contract of delivery backends, asked of each of them; the setting that chooses one; what the views ask of it."""

import contextlib
import io
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from site_config.checks import settings_checks
from site_config.environment import env
from tests import factories
from tests.delivery.addresses import body, poster_url, source_url, unlocked
from tests.delivery.encrypted_videos import CDN
from tests.s3_servers import site_in_bucket
from video_pages.delivery.backends import choice
from video_pages.delivery.backends.base import BaseDeliveryBackend, StoredFile
from video_pages.delivery.backends.dummy import DummyBackend
from video_pages.delivery.backends.stream import StreamBackend
from video_pages.library.storage import protected_storage
from video_pages.models import VideoAccessSession, VideoView

DUMMY = "video_pages.delivery.backends.dummy.DummyBackend"
NAME, CONTENT = "12/clip.mp4", bytes(range(256))
FILE = StoredFile(NAME, "video/mp4", is_video_content=True)
PROTECTING = {
    "Cache-Control": "private, no-store",
    "Vary": "Cookie",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class RedirectBackend(BaseDeliveryBackend):
    """A backend that a site may choose by a dotted path: a redirect to an address that ends with the access."""

    def _deliver(self, request, file, *, allowed_until):
        ends = int(allowed_until.timestamp()) if allowed_until else 0
        return HttpResponse(status=302, headers={"Location": f"https://cdn.example/{file.name}?ends={ends}"})

    def gives_bytes(self, request, response):
        return request.method == "GET"


REDIRECT = f"{__name__}.RedirectBackend"


@pytest.fixture(params=[*choice.SHORT_NAMES, DUMMY, REDIRECT], ids=lambda name: name.rpartition(".")[2])
def backend(request, settings, tmp_path):
    settings.PROTECTED_ROOT = tmp_path
    settings.DELIVERY, settings.CDN_URL = request.param, CDN
    with contextlib.ExitStack() as stack:
        if request.param == "redirect":
            stack.enter_context(site_in_bucket(settings, request.getfixturevalue("gateway")))
        protected_storage().save(NAME, ContentFile(CONTENT))
        yield choice.delivery_backend()


def ask(method="GET", **headers):
    return RequestFactory().generic(method, "/stream/x/source", headers=headers)


@pytest.mark.django_db  # Django looks at its connections when a response is closed
class TestEachBackend:
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_every_answer_carries_the_protecting_headers(self, backend, method):
        response = backend.deliver(ask(method), FILE)
        assert {name: response[name] for name in PROTECTING} == PROTECTING
        assert not response.cookies
        response.close()

    def test_the_file_says_how_it_may_be_cached(self, backend):
        response = backend.deliver(ask(), StoredFile(NAME, "video/mp4", cache_control="private, max-age=60"))
        assert response["Cache-Control"] == "private, max-age=60"
        response.close()

    def test_bytes_that_come_from_here_have_the_type_of_the_file(self, backend):
        response = backend.deliver(ask(), StoredFile(NAME, "image/jpeg"))
        assert response.status_code != 200 or response["Content-Type"] == "image/jpeg"
        response.close()

    def test_a_get_gives_bytes_and_a_head_does_not(self, backend):
        for method, gives_bytes in (("GET", True), ("HEAD", False)):
            request = ask(method)
            response = backend.deliver(request, FILE)
            assert backend.gives_bytes(request, response) is gives_bytes
            assert method == "GET" or body(response) == b""
            response.close()

    def test_no_name_is_no_file(self, backend):
        with pytest.raises(FileNotFoundError):
            backend.deliver(ask(), StoredFile("", "video/mp4"))

    def test_the_bytes_of_a_missing_file_come_from_nowhere(self, backend):
        try:
            response = backend.deliver(ask(), StoredFile("12/other.mp4", "video/mp4"))
        except FileNotFoundError:
            return
        assert body(response) == b"" and response.status_code != 200  # another server will look

    def test_no_answer_queries_the_database(self, backend, django_assert_num_queries):
        with django_assert_num_queries(0):
            backend.deliver(ask(), FILE, allowed_until=timezone.now()).close()


@pytest.mark.django_db
class TestStream:
    def test_a_range_of_a_file_that_lies_nowhere_on_this_disk(self):
        storage = InMemoryStorage()
        storage.save(NAME, ContentFile(CONTENT))
        backend = StreamBackend(storage)
        response = backend.deliver(ask(Range="bytes=10-19"), FILE)
        assert (response.status_code, body(response)) == (206, CONTENT[10:20])
        response.close()
        known = ask(**{"If-None-Match": response["ETag"]})
        again = backend.deliver(known, FILE)
        assert (again.status_code, backend.gives_bytes(known, again)) == (304, False)
        with pytest.raises(FileNotFoundError):
            backend.deliver(ask(), StoredFile("other", "video/mp4"))

    def test_the_kernel_reads_a_file_of_the_library_from_where_the_range_begins(self, settings, tmp_path):
        settings.PROTECTED_ROOT = tmp_path
        protected_storage().save(NAME, ContentFile(CONTENT))
        response = StreamBackend(protected_storage()).deliver(ask(Range="bytes=10-19"), FILE)
        with open(response.content_source.fileno(), "rb", buffering=0, closefd=False) as kernel:
            assert kernel.tell() == 10
        assert isinstance(response.content_source._file, io.FileIO)  # a buffer would read on behind sendfile's back
        response.close()

    @pytest.mark.parametrize("headers", [{"Range": "bytes=999-"}, {"If-Match": '"x"'}, {"If-None-Match": "*"}])
    def test_an_answer_without_bytes_gives_none(self, settings, tmp_path, headers):
        settings.PROTECTED_ROOT = tmp_path
        protected_storage().save(NAME, ContentFile(CONTENT))
        backend, request = StreamBackend(protected_storage()), ask(**headers)
        assert not backend.gives_bytes(request, backend.deliver(request, FILE))

    def test_a_folder_is_no_file(self, settings, tmp_path):
        settings.PROTECTED_ROOT = tmp_path
        (tmp_path / "folder").mkdir()
        with pytest.raises(FileNotFoundError):
            StreamBackend(protected_storage()).deliver(ask(), StoredFile("folder", "video/mp4"))


@pytest.mark.django_db
class TestXAccel:
    @pytest.mark.parametrize("name", ["nginx", "x-accel"])
    def test_the_answer_names_the_internal_location_and_has_no_bytes(self, settings, tmp_path, name):
        settings.PROTECTED_ROOT, settings.DELIVERY = tmp_path, name
        protected_storage().save("12/a clip%2e.mp4", ContentFile(CONTENT))
        response = choice.delivery_backend().deliver(
            ask(Range="bytes=1-2"), StoredFile("12/a clip%2e.mp4", "video/mp4")
        )
        assert (response.status_code, response.content) == (200, b"")
        assert response["X-Accel-Redirect"] == "/stream/-/12/a%20clip%252e.mp4"  # nginx decodes it once

    def test_a_missing_file_is_found_missing_here(self, settings, tmp_path):
        settings.PROTECTED_ROOT, settings.DELIVERY = tmp_path, "x-accel"
        with pytest.raises(FileNotFoundError):
            choice.delivery_backend().deliver(ask(), FILE)


class TestTheSetting:
    def test_stream_is_the_default(self, settings):
        assert settings.DELIVERY == env.read({}).DELIVERY == "stream"
        assert type(choice.delivery_backend()) is StreamBackend

    @pytest.mark.parametrize(
        "name", ["strem", "x.y.Backend", "video_pages.delivery.backends.base.StoredFile", "video_pages.delivery.views"]
    )
    def test_a_name_of_no_backend_is_refused_by_a_check_that_names_the_setting(self, settings, name):
        settings.DELIVERY = name
        (found,) = settings_checks.delivery_backend_exists(None)
        assert found.id == "video_pages.E014"
        names = ", ".join(choice.SHORT_NAMES)
        assert found.msg.startswith(f"DELIVERY is {name!r}, but must be {names}, or the dotted path of a subclass of ")

    @pytest.mark.parametrize("name", [*choice.SHORT_NAMES, DUMMY, REDIRECT])
    def test_a_backend_is_accepted(self, settings, name):
        settings.DELIVERY, settings.GATE_SECRET = name, "0123456789abcdef" * 2
        settings.LIBRARY_STORAGE, settings.CDN_URL = "s3" if name == "redirect" else "files", CDN
        settings.S3_BUCKET, settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "videos", "key", "secret"
        assert settings_checks.delivery_backend_exists(None) == []

    @pytest.mark.parametrize("secret", ["", "too short"])
    def test_nginx_without_its_secret_is_refused_by_a_check_that_names_the_setting(self, settings, secret):
        settings.DELIVERY, settings.GATE_SECRET = "nginx", secret
        (found,) = settings_checks.delivery_backend_exists(None)
        assert found.id == "video_pages.E015"
        assert "GATE_SECRET" in found.msg and "GATE_SECRET" in found.hint
        assert not secret or secret not in str(found)

    def test_a_cdn_without_an_address_is_refused_by_a_check_that_names_the_setting(self, settings):
        settings.DELIVERY, settings.CDN_URL = "cdn", ""
        (found,) = settings_checks.delivery_backend_exists(None)
        assert found.id == "video_pages.E037"
        assert "CDN_URL is empty" in found.msg and "CDN_URL" in found.hint

    def test_what_the_backend_refuses_is_refused(self, settings, monkeypatch):
        settings.DELIVERY = REDIRECT
        refusal = settings_checks.Error("CDN_KEY is missing.", id="video_pages.E099")
        monkeypatch.setattr(RedirectBackend, "check", classmethod(lambda cls: [refusal]))
        assert settings_checks.delivery_backend_exists(None) == [refusal]


@pytest.mark.django_db
class TestTheViews:
    @pytest.fixture
    def video(self, settings):
        settings.DELIVERY = DUMMY
        DummyBackend.deliveries.clear()
        yield factories.make_video()
        DummyBackend.deliveries.clear()

    def test_a_stream_request_asks_the_backend_once_and_tells_it_when_the_access_ends(self, video):
        client = unlocked(video)
        response = client.get(source_url(video), headers={"Range": "bytes=0-9"})
        (asked,) = DummyBackend.deliveries
        name = video.video_file.playable_name
        assert (response.status_code, response.content) == (200, name.encode())
        assert asked.file == StoredFile(name, "video/mp4", is_video_content=True)
        assert asked.request.headers["Range"] == "bytes=0-9"
        assert asked.allowed_until == VideoAccessSession.objects.get().expires_at

    def test_nothing_is_asked_without_access(self, video):
        assert factories.browser().get(source_url(video)).status_code == 403
        assert DummyBackend.deliveries == []

    def test_a_view_is_counted_when_the_backend_gives_bytes(self, video, django_capture_on_commit_callbacks):
        client = unlocked(video)
        client.head(source_url(video))
        assert (len(DummyBackend.deliveries), VideoView.objects.count()) == (1, 0)
        client.get(source_url(video))
        assert VideoView.objects.count() == 1

    def test_a_redirect_counts_a_view_and_ends_with_the_access(self, video, settings):
        settings.DELIVERY = REDIRECT
        response = unlocked(video).get(source_url(video))
        row = VideoAccessSession.objects.get()
        assert (response.status_code, response["Cache-Control"]) == (302, "private, no-store")
        assert urlsplit(response["Location"]).query == f"ends={int(row.expires_at.timestamp())}"
        assert VideoView.objects.count() == 1

    def test_a_missing_file_is_not_found(self, video):
        protected_storage().remove_now(video.video_file.playable_name)
        assert unlocked(video).get(source_url(video)).status_code == 404

    def test_the_screens_of_editors_ask_the_backend(self, video):
        editor = factories.browser(factories.make_superuser())
        assert editor.get(video.video_file.url).status_code == 200
        type(video.video_file).objects.update(poster_version=1)
        video.video_file.refresh_from_db()
        protected_storage().save(video.video_file.poster_name, ContentFile(b"a poster"))
        assert editor.get(f"/admin/videos/{video.pk}/poster/poster.jpg").status_code == 200
        assert unlocked(video).get(poster_url(video)).status_code == 200
        names = [asked.file.name for asked in DummyBackend.deliveries]
        poster = video.video_file.poster_name
        assert names == [video.video_file.playable_name, poster, poster]
        assert [asked.allowed_until for asked in DummyBackend.deliveries[:2]] == [None, None]
