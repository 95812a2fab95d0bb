"""The second stage, run as `make run` runs it, up to its refusals; and what it says when all is well."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from deploy import launch
from deploy.bootstrap import ROOT
from tests.engines import free_port


def start(data_dir, *, wait=True, **variables):
    """Run `python -m deploy.start` on `data_dir`; return the finished process, or the running one."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("DJANGO", "DATA", "DATABASE"))}
    environment = {**clean, "ENV_FILE": "-", "DATA_DIR": str(data_dir), "DEMO": "0", **variables}
    command = [sys.executable, "-m", "deploy.start"]
    if not wait:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def assert_one_sentence(done, words):
    """Assert a failure with one line on stderr that contains `words`, and no other output."""
    assert done.returncode == 1
    assert done.stderr.startswith("Screening Room: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def open_to_others(**changes):
    """Values of a site that listens on every address."""
    values = {"LISTEN_ADDRESS": "0.0.0.0", "PORT": 8123, "DEMO": True, "ADMIN_PASSWORD": "", "ALLOWED_HOSTS": ()}
    return SimpleNamespace(**{**values, **changes})


def test_busy_port_is_one_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert_one_sentence(start(tmp_path, PORT=str(port)), f"Port {port} on 127.0.0.1 is in use")


def test_wrong_value_is_one_sentence(tmp_path):
    assert_one_sentence(start(tmp_path, PORT="eighty"), "PORT is 'eighty', but must be a port number")


def test_unusable_data_directory_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    assert_one_sentence(start(tmp_path / "file", PORT=str(free_port())), str(tmp_path / "file"))


def test_production_without_secrets_is_one_sentence(tmp_path):
    done = start(tmp_path, PORT=str(free_port()), DJANGO_SETTINGS_MODULE="site_config.settings.production")
    assert_one_sentence(done, "Production needs SECRET_KEY, ALLOWED_HOSTS, BASE_URL")


def test_database_that_cannot_be_reached_is_a_sentence(tmp_path):
    done = start(tmp_path, PORT=str(free_port()), DATABASE_URL="postgres://u:p@127.0.0.1:9/n")
    assert done.returncode == 1
    assert "The database can't be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_signal_that_comes_inside_a_finalizer_is_remembered_and_prints_nothing(tmp_path):
    script = tmp_path / "finalizer.py"
    script.write_text(
        "import os, signal, weakref\n"
        "from deploy.launch import Interruption\n"
        "class Thing: pass\n"
        "interruption, thing = Interruption(), Thing()\n"
        "watch = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT) or sum(range(1000)))\n"
        "del thing\n"
        "print('went on', flush=True)\n"
        "interruption.check()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "went on\n"
    assert "Exception ignored" not in done.stderr
    assert done.stderr.count("Traceback") == 1, "of the one that ends it"


@pytest.mark.parametrize("seconds", [0.3, 1, 3])
def test_signal_while_preparing_ends_the_start_without_a_traceback(tmp_path, seconds):
    process = start(tmp_path, wait=False, PORT=str(free_port()))
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=60)[0].decode()
    # By the signal itself while modules are still imported, by our own word afterwards.
    assert process.returncode in {-signal.SIGINT, 130}
    assert "Screening Room is running" not in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("given", "password", "line"),
    [
        ("", "rAnd0m", "user: admin, password: rAnd0m   (shown this once)"),
        ("mine", "mine", "user: admin, password: the one in ADMIN_PASSWORD"),
        ("", "", "user: admin\n"),
    ],
)
def test_welcome_says_where_to_look_and_shows_a_random_password_once(given, password, line):
    values = SimpleNamespace(LISTEN_ADDRESS="127.0.0.1", PORT=8123, DEMO=True, ADMIN_PASSWORD=given)
    said = launch.welcome(values, password)
    assert "http://127.0.0.1:8123/" in said
    assert "http://127.0.0.1:8123/videos/   password of each demo video: open-sesame" in said
    assert line in said


def test_welcome_names_no_demo_where_there_is_none():
    assert "open-sesame" not in launch.welcome(open_to_others(), "")


def test_welcome_says_why_others_are_turned_away():
    assert "ALLOWED_HOSTS" in launch.welcome(open_to_others(), "")
    assert "ALLOWED_HOSTS" not in launch.welcome(open_to_others(ALLOWED_HOSTS=("videos.example.org",)), "")
