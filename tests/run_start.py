"""The start of a run with several processes: what each of them would make or wait for is made once.

pytest rewrites the assertions of each test module when it first imports it, and keeps the result. Processes that begin
at the same time would all rewrite all modules; here each begins at another place of the list and finds the rest done.
The database is migrated while the processes collect the tests.
"""

import contextlib
import importlib
import threading
from pathlib import Path

import pytest
from django.db import connection

from tests import database

TESTS = Path(__file__).resolve().parent


def begin(config):
    """Do what this process does before it collects: the one that shares the tests out, one of those that run them."""
    worker = getattr(config, "workerinput", None)
    if worker:
        if config.args_source is not config.ArgsSource.ARGS:  # all modules will be imported
            import_from(int(worker["workerid"].removeprefix("gw")), worker["workercount"])
    elif getattr(config.option, "numprocesses", None) and connection.vendor == "sqlite":
        threading.Thread(target=database.migrated, daemon=True).start()


def import_from(number, processes):
    """Import all test modules, beginning with the part of process `number` of `processes`."""
    for name in turned(names(), number, processes):
        with contextlib.suppress(Exception, pytest.skip.Exception):  # the collection says what is wrong with it
            importlib.import_module(name)


def names():
    """Return the names of all test modules."""
    paths = sorted(TESTS.rglob("test_*.py"))
    return [".".join(("tests", *path.relative_to(TESTS).with_suffix("").parts)) for path in paths]


def turned(values, number, processes):
    """Return `values` with the part of process `number` in front: each of `processes` has one of the same length."""
    first = len(values) * number // processes
    return values[first:] + values[:first]
