"""Periodic tasks of real processes on both databases: one at a time, and taken over when the one is killed."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings

SILENT_SECONDS = 3
"""A minute in production."""
RUNNER = """
import datetime as dt, os, sys, time
import django
django.setup()
from django.db import connection
from video_pages.core import clock
from video_pages.worker import models, periodic
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

models.SILENT_AFTER = dt.timedelta(seconds=3)
name, log = sys.argv[1], sys.argv[2]
if name == "create":
    with connection.schema_editor() as editor:
        for model in (PeriodicRun, WorkerHeartbeat):
            editor.create_model(model)
    sys.exit()

def note(text):
    with open(log, "a") as file:
        file.write(f"{text} {name}\\n")

def work(now):
    note("begin")
    time.sleep(0.5)  # longer than the interval
    note("end")

task = periodic.PeriodicTask("task", dt.timedelta(seconds=0.3), work)
while True:
    now = clock.now()
    WorkerHeartbeat.objects.update_or_create(worker=name, defaults={"renewed_at": now})
    periodic.run_due_tasks(tasks=[task], worker=name)
    time.sleep(0.05)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").url
    return f"sqlite:///{tmp_path / 'db.sqlite3'}"


@pytest.fixture
def start(database, tmp_path):
    script = tmp_path / "runner.py"
    script.write_text(RUNNER)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "site_config.settings.dev",
        "ENV_FILE": "-",
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": database,
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    running = []

    def start_process(name):
        command = [sys.executable, str(script), name, str(tmp_path / "log")]
        running.append(subprocess.Popen(command, cwd=tmp_path, env=environment))
        return running[-1]

    assert start_process("create").wait(60) == 0
    yield start_process
    for process in running:
        process.kill()
        process.wait()


def test_task_runs_in_one_process_at_a_time_and_goes_on_after_a_kill(start, tmp_path):
    def lines():
        return (tmp_path / "log").read_text().splitlines() if (tmp_path / "log").exists() else []

    def wait_for(condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, lines()
            time.sleep(0.1)

    processes = {name: start(name) for name in ("one", "two")}
    wait_for(lambda: len(lines()) >= 7, 60)
    seen = lines()
    for begin, end in zip(seen[::2], seen[1::2], strict=False):
        assert begin.split()[0] == "begin" and end == begin.replace("begin", "end"), seen

    wait_for(lambda: lines()[-1].startswith("begin"), 10)
    holder = lines()[-1].split()[1]
    processes[holder].kill()
    other = ({*processes} - {holder}).pop()
    wait_for(lambda: lines()[-1].endswith(other), SILENT_SECONDS + 30)
