"""The dashboard of Grafana and the rules of Prometheus name metrics and values of labels that `/metrics` offers."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from site_config.monitoring.metrics import exposition
from video_pages.access.refusals import ErrorCode
from video_pages.core import clock, metrics
from video_pages.transcoding.models import State
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat
from video_pages.worker.periodic import PERIODIC_TASKS

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy" / "grafana" / "screening-room.json"
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
# The labels that Prometheus adds to all metrics of a server.
ADDED = {"job", "instance", "le"}
VALUES = {
    "state": {*State.values, "in_use", "idle", "waiting"},
    "result": {*ErrorCode.values, "unlocked"},
    "disk": {"data", "library", "public"},
    "source": {metrics.MEMORY, metrics.DATABASE, metrics.VIEW},
}


@pytest.fixture
def offered(db, monkeypatch):
    """{name of a sample: names of its labels} of everything that `/metrics` offers."""
    now = clock.now()
    WorkerHeartbeat.objects.create(worker="one", renewed_at=now)
    PeriodicRun.objects.create(name="clearsessions", last_finished_at=now)
    monkeypatch.setattr("site_config.monitoring.metrics.state.DATABASE_NUMBERS", Ready())
    metrics.REQUESTS.labels("stream", "200")
    metrics.REQUEST_SECONDS.labels("stream")
    metrics.VERDICTS.labels(metrics.MEMORY, "allowed")
    metrics.VERDICT_SECONDS.labels(metrics.MEMORY)
    metrics.UNLOCKS.labels("wrong")
    metrics.CONNECTIONS.labels("default", "idle")
    found = {}
    for family in text_string_to_metric_families(exposition.text().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


class Ready:
    """A probe that reads in the thread of the test, which sees rows that are not committed."""

    def start(self):
        return None

    def result(self, run, deadline):
        from site_config.monitoring.metrics.state import read_database

        return read_database()


def dashboard_expressions():
    dashboard = json.loads(DASHBOARD.read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    return expressions + [each["query"] for each in dashboard["templating"]["list"]]


def rule_expressions():
    text = RULES.read_text()
    return re.findall(r"expr: (?:\|\n)?((?:.|\n)+?)\n +(?:for|labels):", text)


@pytest.mark.parametrize("expressions", [dashboard_expressions, rule_expressions])
def test_every_name_and_label_is_offered(expressions, offered):
    found = expressions()
    assert len(found) > 8
    names = {name for text in found for name in re.findall(rf"{metrics.PREFIX}\w+", text)}
    assert names and names <= set(offered), sorted(names - set(offered))
    for text in found:
        for name, selector in re.findall(rf"({metrics.PREFIX}\w+){{([^}}]*)}}", text):
            for label, _operator, value in re.findall(r'(\w+)(=~|=)"([^"]*)"', selector):
                assert label in offered[name] | ADDED, (name, label)
                assert label not in VALUES or value in VALUES[label], (label, value)


def test_a_rule_about_late_tasks_names_those_of_each_minute_and_leaves_out_those_of_a_day():
    text = RULES.read_text()
    (minutely,) = re.findall(r'task=~"([^"]+)"', text)
    (daily,) = re.findall(r'task!~"([^"]+)"', text)
    every = {task.name: task.every for task in PERIODIC_TASKS}
    assert set(minutely.split("|")) == {name for name, pause in every.items() if pause <= dt.timedelta(minutes=1)}
    assert set(daily.split("|")) == {name for name, pause in every.items() if pause > dt.timedelta(hours=1)}


def test_dashboard_shows_every_metric(offered):
    text = " ".join(dashboard_expressions())
    families = {re.sub(r"_(total|bucket|sum|count|created)$", "", name) for name in offered}
    assert {name for name in families if name not in text} == set()


def test_panels_have_ids_and_places_of_their_own():
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [tuple(panel["gridPos"][side] for side in "xywh") for panel in panels]
    for number, (x, y, w, h) in enumerate(places):
        assert x + w <= 24
        for other_x, other_y, other_w, other_h in places[number + 1 :]:
            assert x + w <= other_x or other_x + other_w <= x or y + h <= other_y or other_y + other_h <= y
