"""The checks of TASKS=celery say in a sentence what is wrong with the broker."""

import pytest

from site_config.checks import task_checks
from tests import engines
from video_pages.transcoding import broker


@pytest.fixture
def use(settings):
    def use_broker(url):
        settings.VIDEO_TASKS, settings.CELERY_BROKER_URL = "celery", url
        broker.app.cache_clear()
        found = [*task_checks.broker_has_an_address(None), *task_checks.broker_answers(None)]
        return [(message.id, message.msg) for message in found]

    yield use_broker
    broker.app.cache_clear()


def test_missing_or_unknown_address_is_refused(use):
    ((number, text),) = use("")
    assert number == "video_pages.E033" and "CELERY_BROKER_URL is not set" in text
    ((number, text),) = use("amqp://host")
    assert number == "video_pages.E033" and "redis://" in text


def test_broker_that_is_away_is_named_without_its_password(use, redis):
    assert use(redis.url) == []
    port = engines.free_port()
    ((number, text),) = use(f"redis://:hunter2@127.0.0.1:{port}/0")
    assert number == "video_pages.W034" and f"127.0.0.1:{port} does not answer" in text and "hunter2" not in text
    redis.hang()
    ((number, text),) = use(redis.url)
    assert number == "video_pages.W034" and "Timeout" in text


def test_other_engine_needs_no_broker(settings):
    settings.VIDEO_TASKS = "database"
    assert [*task_checks.broker_has_an_address(None), *task_checks.broker_answers(None)] == []
