"""The processor time of each module: `make test ARGS="-p tests.processor_time"` ends with a table.

On a busy machine the clock on the wall says little. Counted are the process of the tests and its children that have
ended, so a server is counted where it is stopped: by the last test of its module or package.
"""

import collections
import resource

import pytest

MODULES_SHOWN = 60


def used():
    """Return the seconds of processor time of this process and its ended children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class ProcessorTime:
    """Notes the time of each phase of a test in its report, and adds the reports of all processes up by module."""

    def __init__(self, clock=used):
        self.clock, self.before = clock, clock()
        self.by_module = collections.Counter()
        self.tests = collections.Counter()

    def pytest_runtest_logstart(self):
        self.before = self.clock()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self):
        report = yield
        now = self.clock()
        report.processor_seconds, self.before = now - self.before, now
        return report

    def pytest_runtest_logreport(self, report):
        module = report.nodeid.partition("::")[0]
        self.by_module[module] += getattr(report, "processor_seconds", 0)
        self.tests[module] += report.when == "setup"

    def lines(self):
        """Yield the lines of the table, the longest module first."""
        yield f"{self.by_module.total():8.1f} s {self.tests.total():5} tests in all"
        for module, seconds in self.by_module.most_common(MODULES_SHOWN):
            yield f"{seconds:8.1f} s {self.tests[module]:5} tests {module}"

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.section("processor time")
        for line in self.lines():
            terminalreporter.write_line(line)


def pytest_configure(config):
    """Begin to count; in a process of pytest-xdist as well, whose reports go to the one that shares the tests out."""
    config.pluginmanager.register(ProcessorTime(), "processor-time")
