"""`deploy/litestream.yml`: a copy of the site's database that a killed machine leaves is restored whole."""

import re
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from video_pages.models import VideoPage

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "litestream.yml"


@pytest.fixture
def configuration(tmp_path):
    """The file with a database and a folder of this test in place of the bucket."""
    text = CONFIGURATION.read_text().replace("/srv/screening-room/data", str(tmp_path))
    replica = re.compile(r"type: s3\n.*?(?=      #|\Z)", re.DOTALL)
    text, times = replica.subn(f"type: file\n      path: {tmp_path}/replica\n", text)
    assert times == 1
    path = tmp_path / "litestream.yml"
    path.write_text(text)
    return path


def test_what_was_committed_before_a_crash_is_restored(configuration, tmp_path, require):
    litestream = require("litestream")
    database = tmp_path / "db.sqlite3"
    writer = sqlite3.connect(database)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute(f"CREATE TABLE {VideoPage._meta.db_table} (title TEXT)")
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen([litestream, "replicate", "-config", str(configuration)], stdout=log, stderr=log)
    try:
        for number in range(200):
            with writer:
                writer.execute(f"INSERT INTO {VideoPage._meta.db_table} VALUES (?)", [f"Film {number}"])  # noqa: S608
        restored, deadline = tmp_path / "restored.sqlite3", time.monotonic() + 60
        count = 0
        while count < 200:
            assert time.monotonic() < deadline and process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(1)
            restored.unlink(missing_ok=True)
            command = [litestream, "restore", "-config", str(configuration), "-o", str(restored), str(database)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                reader = sqlite3.connect(restored)
                ((count,),) = reader.execute(f"SELECT count(*) FROM {VideoPage._meta.db_table}")  # noqa: S608
                assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                reader.close()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        writer.close()
