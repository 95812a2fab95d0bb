"""The thread that decides verdicts in memory again: when it runs, and how it ends and begins."""

import concurrent.futures
import os
import threading
import time

import pytest
from django.db import OperationalError, connection, connections

from tests.delivery import viewer
from tests.delivery.addresses import unlocked
from tests.waiting import becomes
from video_pages.delivery import confirming, facts
from video_pages.delivery.confirming import Confirmer, verdict_for
from video_pages.delivery.open_videos import OpenVideos
from video_pages.delivery.verdicts import MOST_AGE, Verdicts
from video_pages.models import VideoAccessSession

pytestmark = pytest.mark.django_db
client, cookie = viewer.client, viewer.cookie


@pytest.mark.django_db(transaction=True)
class TestTheThread:
    @pytest.fixture
    def memory(self):
        return Verdicts()

    @pytest.fixture
    def confirmer(self, memory):
        made = Confirmer(memory, OpenVideos())
        yield made
        made.stop()
        assert not made.is_running()

    def test_it_keeps_verdicts_confirmed_and_ends_them_within_two_seconds(self, confirmer, memory, cookie, video):
        known = memory.decide(cookie, str(video.uuid))
        confirmer.ensure_running()
        first = known.confirmed
        assert becomes(lambda: known.confirmed > first + 1 and known.age < MOST_AGE)
        VideoAccessSession.objects.all().delete()
        ended = found = time.monotonic()

        def is_gone():
            nonlocal found
            asked = time.monotonic()
            if memory.find(cookie, str(video.uuid)) is None:
                return True
            found = asked
            return False

        assert becomes(is_gone)
        assert found - ended < MOST_AGE
        assert becomes(lambda: not confirmer.is_running())  # nothing is in use

    def test_it_is_started_again_after_an_exception_has_ended_it(self, confirmer, memory, cookie, video, monkeypatch):
        hooked = []
        monkeypatch.setattr(threading, "excepthook", hooked.append)
        monkeypatch.setattr(memory, "confirm", lambda: 1 / 0)
        memory.decide(cookie, str(video.uuid))
        confirmer.ensure_running()
        assert becomes(lambda: not confirmer.is_running())
        assert [each.exc_type for each in hooked] == [ZeroDivisionError]
        monkeypatch.undo()
        known = memory.decide(cookie, str(video.uuid))
        confirmer.ensure_running()
        first = known.confirmed
        assert becomes(lambda: known.confirmed > first)

    def test_it_goes_on_after_an_outage_and_logs_one_line(self, confirmer, memory, cookie, video, monkeypatch, caplog):
        def is_away(*arguments):
            raise OperationalError("the database is away")

        known = memory.decide(cookie, str(video.uuid))
        with monkeypatch.context() as outage:
            outage.setattr(facts, "again", is_away)
            outage.setattr(confirmer, "period", 0.01)
            confirmer.ensure_running()
            assert becomes(lambda: memory.find(cookie, str(video.uuid)) is None)
        assert becomes(lambda: memory.find(cookie, str(video.uuid)) is known)
        assert [record.levelname for record in caplog.records] == ["WARNING"]

    def test_it_holds_no_connection_between_two_rounds(self, confirmer, memory, cookie, video):
        held = []
        real = memory.confirm

        def confirm():
            held.append(connections["default"])
            return real()

        memory.confirm = confirm
        memory.decide(cookie, str(video.uuid))
        confirmer.ensure_running()
        assert becomes(lambda: len(held) > 1)
        assert becomes(lambda: held[0].connection is None)

    def test_64_threads_share_the_memory(self, confirmer, memory, video):
        cookies = [unlocked(video).cookies["sessionid"].value for _browser in range(8)]
        connection.close()
        together = threading.Barrier(64)

        def one(number):
            together.wait(timeout=60)
            cookie = cookies[number % len(cookies)]
            found = 0
            for _time in range(50):
                known = memory.find(cookie, str(video.uuid)) or memory.decide(cookie, str(video.uuid))
                confirmer.ensure_running()
                found += known is not None and known.credential == cookie
                found -= memory.find(cookie[::-1], str(video.uuid)) is not None
            connection.close()
            return found

        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            assert list(pool.map(one, range(64))) == [50] * 64
        assert len(memory) == 8

    def test_a_child_process_begins_without_verdicts_and_thread(self, cookie, video):
        assert verdict_for(cookie, str(video.uuid))
        assert confirming.confirmer.is_running()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                said = f"{len(confirming.verdicts)} {confirming.confirmer.is_running()}"
                os.write(writer, said.encode())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reader, 100) == b"0 False"
        os.close(reader)
        os.close(writer)
        confirming.verdicts.reset()
        assert becomes(lambda: not confirming.confirmer.is_running())
