"""The table of processor time: each phase of a test counts for its module, what happens between tests for none."""

from types import SimpleNamespace

from tests import processor_time


def test_phases_are_added_up_by_module_and_the_longest_comes_first():
    clock = iter([0.0, 10.0, 10.5, 12.5, 12.5])
    counted = processor_time.ProcessorTime(lambda: next(clock))
    counted.pytest_runtest_logstart()
    for when in ("setup", "call", "teardown"):
        hook = counted.pytest_runtest_makereport()
        next(hook)
        report = SimpleNamespace(nodeid="tests/test_long.py::test_it", when=when)
        try:
            hook.send(report)
        except StopIteration as end:
            counted.pytest_runtest_logreport(end.value)
    counted.pytest_runtest_logreport(SimpleNamespace(nodeid="tests/test_other.py::test_it", when="setup"))
    assert [line.split() for line in counted.lines()] == [
        ["2.5", "s", "2", "tests", "in", "all"],
        ["2.5", "s", "1", "tests", "tests/test_long.py"],
        ["0.0", "s", "1", "tests", "tests/test_other.py"],
    ]


def test_processor_time_is_used_by_computing():
    before = processor_time.used()
    assert sum(range(2_000_000)) and processor_time.used() > before
