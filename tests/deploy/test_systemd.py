"""The units in deploy/systemd: systemd accepts them, they are confined, and what they start answers on their socket."""

import http.client
import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engines import free_port

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
MOST_EXPOSED = 20
"""systemd's own measure, times ten: 100 is a service without any limits."""


@pytest.fixture
def here(tmp_path):
    """The folder of all units with the paths of this checkout, as an operator edits them."""
    for unit in UNITS:
        text = (
            unit.read_text()
            .replace("/srv/screening-room/site", str(ROOT))
            .replace("/srv/screening-room/data", str(tmp_path))
            .replace("/usr/bin/litestream", sys.executable)  # Debian has no package of it
        )
        (tmp_path / unit.name).write_text(text.replace("=screening-room\n", "=daemon\n"))
    return tmp_path


def start_command(unit):
    """The arguments that `unit` starts, with the paths of this checkout."""
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
    return shlex.split(line.replace("/srv/screening-room/site", str(ROOT)))


def test_systemd_finds_no_fault_in_them(here, require):
    paths = [str(here / unit.name) for unit in UNITS]
    done = subprocess.run([require("systemd-analyze"), "verify", *paths], capture_output=True, text=True, timeout=60)
    ours = [line for line in done.stderr.splitlines() if "screening-room" in line and "Documentation" not in line]
    assert ours == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_is_confined(unit, here, require):
    command = [require("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSED}"]
    done = subprocess.run([*command, str(here / unit.name)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_with_the_machine_and_names_the_places_to_edit(unit):
    text = unit.read_text()
    assert "[Install]\nWantedBy=" in text
    assert "# EDIT: " in text
    if unit in SERVICES:
        assert "User=screening-room" in text
        assert "\nRestart=always\n" in text


def test_the_worker_unit_names_a_command_of_the_site():
    unit = next(unit for unit in SERVICES if "worker" in unit.name)
    done = subprocess.run([*start_command(unit), "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "--until-idle" in done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_web_server_answers_on_the_socket_of_systemd(child_environment, require):
    port = free_port()
    unit = next(unit for unit in SERVICES if "web" in unit.name)
    arguments = [argument for name in child_environment for argument in ("-E", name)]
    command = [require("systemd-socket-activate"), "-l", f"127.0.0.1:{port}", *arguments, *start_command(unit)]
    server = subprocess.Popen(command, cwd=ROOT, env=child_environment, stderr=subprocess.PIPE)
    try:
        assert _answer(port) == {"status": "ok"}
    finally:
        server.terminate()
        server.wait(20)


def _answer(port):
    """The answer of the site; systemd starts it when the first request comes."""
    until = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/healthz/live", headers={"Host": "localhost"})
            return json.loads(connection.getresponse().read())
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
