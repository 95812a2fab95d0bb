"""SEARCH_URL: what Wagtail's backends send to a cluster, what is done with its hits, and who answers when it is away.

No cluster runs where these tests run. The server here takes the requests of the real clients and gives the hits that a
test names, in the form of the protocol; it does not search.
"""

import http.server
import json
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import F
from wagtail.search.backends import get_search_backend, get_search_backends_with_name

from site_config.environment import engines
from tests import factories
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db


class Cluster:
    """A server with the protocol's answers: `hits` are the ids that every search finds; `asked` the requests."""

    def __init__(self):
        self.asked, self.hits, self.status = [], [], 200
        cluster = self

        class Taker(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                cluster.asked.append((self.command, self.path.partition("?")[0], body))
                reply = json.dumps(cluster.reply(self.path, body)).encode()
                self.send_response(cluster.status)
                kind = self.headers.get("Accept", "application/json").partition(",")[0]
                self.send_header("Content-Type", kind if "json" in kind else "application/json")
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.place = f"127.0.0.1:{self.server.server_port}"

    def reply(self, path, body):
        if self.status != 200:
            return {"error": {"type": "unavailable", "reason": "trial"}, "status": self.status}
        if "_search" in path:
            hits = [{"_id": str(pk), "_score": 1.0, "fields": {"pk": [str(pk)]}} for pk in self.hits]
            return {"hits": {"total": {"value": len(hits), "relation": "eq"}, "hits": hits}}
        return {"_id": "1", "result": "created", "_shards": {"total": 1, "successful": 1, "failed": 0}}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(params=engines.SEARCH_ENGINES)
def cluster(request, settings):
    running = Cluster()
    settings.WAGTAILSEARCH_BACKENDS = engines.search(f"{request.param}://{running.place}")
    yield running
    running.stop()


def titles(results):
    return [page.title for page in results]


def test_hits_are_read_and_counted_by_the_database(cluster):
    shown, draft = factories.make_video("Film one"), factories.make_video("Film two", live=False)
    cluster.hits = [draft.pk, shown.pk, 10**9]
    results = VideoPage.objects.live().search("film")
    assert titles(results) == ["Film one"]
    assert VideoPage.objects.live().search("film").count() == 1
    method, path, body = cluster.asked[-1]
    assert path.startswith("/screening_room_wagtailcore_page") and path.endswith("/_search")
    assert "film" in body and json.loads(body)["size"] == 10_000


def test_document_has_the_title_and_nothing_of_the_password(cluster):
    video = factories.make_video("Film one")
    get_search_backend("default").add(video)
    sent = " ".join(body for _method, _path, body in cluster.asked)
    assert "Film one" in sent
    video.refresh_from_db()
    assert video.password_hash and video.password_hash not in sent and "pbkdf2" not in sent


def test_database_answers_while_the_cluster_refuses_or_is_away(cluster, caplog):
    factories.make_video("Film one")
    index = get_search_backend("database")
    index.add_bulk(VideoPage, list(VideoPage.objects.all()))
    cluster.hits, cluster.status = [10**9], 500
    assert titles(VideoPage.objects.all().search("film")) == ["Film one"]
    assert VideoPage.objects.all().search("film").count() == 1
    cluster.stop()
    assert titles(VideoPage.objects.all().search("film")) == ["Film one"]
    assert titles(VideoPage.objects.all().autocomplete("fil")) == ["Film one"]
    assert "The database answers." in caplog.text


def test_order_that_the_cluster_does_not_know_goes_to_the_database(cluster):
    factories.make_video("Film one")
    get_search_backend("database").add_bulk(VideoPage, list(VideoPage.objects.all()))
    before = len(cluster.asked)
    ordered = VideoPage.objects.order_by(F("title").asc(nulls_first=True))
    assert titles(ordered.search("film", order_by_relevance=False)) == ["Film one"]
    assert titles(ordered.autocomplete("fil", order_by_relevance=False)) == ["Film one"]
    assert len(cluster.asked) == before


def test_both_indexes_follow_the_pages(cluster):
    assert {name for name, _backend in get_search_backends_with_name(with_auto_update=True)} == {"default", "database"}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("opensearch://user:pass@search:9200", "http://user:pass@search:9200"),
        ("elasticsearch://search:9200/?tls=1", "https://search:9200"),
        ("opensearch://search.example.org:443", "https://search.example.org:443"),
    ],
)
def test_address_of_the_cluster(url, address):
    assert engines.search(url)["default"]["URLS"] == [address]


@pytest.mark.parametrize("url", ["solr://host", "opensearch://", "http://host:9200"])
def test_other_addresses_are_refused(url):
    with pytest.raises(ImproperlyConfigured, match="SEARCH_URL"):
        engines.search(url)
