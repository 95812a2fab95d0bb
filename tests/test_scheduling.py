"""The order of a run: modules that wait at one end of the queue, modules that compute at the other."""

import collections
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import scheduling

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", [*scheduling.WAITING, *scheduling.COMPUTING])
def test_what_is_named_is_there(name):
    assert (ROOT / name).is_dir() if name.endswith("/") else (ROOT / name).is_file()


def test_each_name_has_a_place_of_its_own():
    """Not that of its package: the first name that fits decides, so a module stands before it."""
    names = [*scheduling.WAITING, *scheduling.COMPUTING]
    assert len({scheduling.rank(name) for name in names}) == len(names)


def test_waiting_modules_come_first_computing_ones_last_and_those_of_a_unit_together():
    ids = [
        "tests/wagtail_admin/test_crawl.py::test_a",
        "tests/scale/test_kills.py::test_b",
        "tests/access/test_unlock.py::test_c",
        "tests/browser/test_player.py::test_d",
        "tests/scale/test_drain.py::TestOf::test_e",
        "tests/core/test_clock.py::test_f",
        "tests/access/test_unlock.py::test_g",
        "tests/scale/test_kills.py::test_h",
    ]
    ordered = scheduling.in_order([SimpleNamespace(nodeid=each) for each in ids])
    assert "".join(item.nodeid[-1] for item in ordered) == "behdcgfa"


class Process:
    """A process of pytest-xdist, as the scheduler sees it: `sent` are the numbers of its tests."""

    def __init__(self, number):
        self.gateway, self.sent = SimpleNamespace(id=f"gw{number}"), []

    def send_runtest_some(self, indices):
        self.sent += indices


def test_every_second_process_takes_the_end_of_the_queue():
    nodes = [Process(number) for number in range(3)]
    scheduler = scheduling.FromBothEnds.__new__(scheduling.FromBothEnds)
    names = [f"tests/test_{letter}.py::test" for letter in "abcdef"]
    scheduler.workqueue = collections.OrderedDict((scheduling.unit_of(name), {name: False}) for name in names)
    scheduler.assigned_work = {node: {} for node in nodes}
    scheduler.registered_collections = dict.fromkeys(nodes, names)
    for node in (*nodes, *nodes):
        scheduler._assign_work_unit(node)
    assert [node.sent for node in nodes] == [[0, 2], [5, 4], [1, 3]]
