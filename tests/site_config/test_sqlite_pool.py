"""Connections to SQLite stay open between requests, and each is used again only in the state of a new one."""

import os
import shutil
import sqlite3
import threading

import pytest
from django.db import DatabaseError, connections

from site_config.environment import engines
from site_config.sqlite3.base import DatabaseWrapper
from site_config.sqlite3.pool import ConnectionPool, file_id, pool
from video_pages.core.connections import release_connections

pytestmark = pytest.mark.django_db  # so that queries are allowed; the database of these tests is their own


@pytest.fixture
def wrapper(tmp_path):
    """A connection of Django to a database of its own."""
    default = engines.databases(f"sqlite:///{tmp_path}/own.sqlite3", tmp_path)["default"]
    settings = {**connections["default"].settings_dict, **default, "TEST": {}}
    made = DatabaseWrapper(settings, alias="own")
    ask(made, "CREATE TABLE rows (id integer PRIMARY KEY)")
    made.close()  # the connection that creates a file is closed: it was opened before the file had an inode
    yield made
    made.close()
    pool.close()


def ask(wrapper, sql):
    with wrapper.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def opened(wrapper):
    """Return the connection of Python that `wrapper` uses for its next query."""
    ask(wrapper, "SELECT 1")
    return wrapper.connection


def test_the_next_request_uses_the_same_connection(wrapper):
    first = opened(wrapper)
    wrapper.close()
    assert wrapper.connection is None
    assert opened(wrapper) is first
    assert ask(wrapper, "PRAGMA foreign_keys") == [(1,)]
    assert ask(wrapper, "PRAGMA synchronous") == [(1,)]


@pytest.mark.parametrize("spoil", ["transaction", "error", "constraints"])
def test_a_connection_in_another_state_is_closed(wrapper, spoil):
    first = opened(wrapper)
    if spoil == "transaction":
        first.execute("BEGIN")
    elif spoil == "error":
        with pytest.raises(DatabaseError):
            ask(wrapper, "SELECT nothing FROM nowhere")
    else:
        wrapper.disable_constraint_checking()
    wrapper.close()
    with pytest.raises(sqlite3.ProgrammingError):
        first.execute("SELECT 1")
    assert opened(wrapper) is not first


def test_a_statement_that_was_not_read_to_its_end_shows_nobody_old_rows(wrapper):
    ask(wrapper, "INSERT INTO rows VALUES (1), (2), (3)")
    unfinished = wrapper.cursor()
    unfinished.execute("SELECT id FROM rows")
    unfinished.fetchone()
    first = wrapper.connection
    wrapper.close()
    with sqlite3.connect(wrapper.settings_dict["NAME"]) as other:
        other.execute("DELETE FROM rows")
    assert opened(wrapper) is first
    assert ask(wrapper, "SELECT count(*) FROM rows") == [(0,)]


def test_a_database_that_was_replaced_is_read_from_its_new_file(wrapper, tmp_path):
    opened(wrapper)
    wrapper.close()
    name = wrapper.settings_dict["NAME"]
    shutil.copy(name, tmp_path / "restored")
    with sqlite3.connect(tmp_path / "restored") as restored:
        restored.execute("CREATE TABLE from_the_backup (id integer)")
    restored.close()
    os.replace(tmp_path / "restored", name)
    assert ask(wrapper, "SELECT count(*) FROM from_the_backup") == [(0,)]


def test_each_of_many_threads_has_a_connection_of_its_own_and_few_stay_open(wrapper):
    pool.close()  # other tests of this process may have left connections to other files
    together = threading.Barrier(20)
    used = []

    def one_thread():
        own = DatabaseWrapper(wrapper.settings_dict, alias="own")
        used.append(opened(own))
        together.wait(timeout=30)
        own.close()

    threads = [threading.Thread(target=one_thread) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(connection) for connection in used}) == 20
    assert len(pool) <= 9  # eight of this file, and perhaps one of the tests' own


def test_a_child_process_uses_no_connection_of_its_parent(wrapper):
    parents = opened(wrapper)
    wrapper.close()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            own = DatabaseWrapper(wrapper.settings_dict, alias="own")
            os.write(writer, b"own" if opened(own) is not parents else b"parents")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 10) == b"own"
    os.close(reader)
    os.close(writer)
    assert opened(wrapper) is parents


def test_a_pool_keeps_as_many_as_it_may(tmp_path):
    name, small = str(tmp_path / "file"), ConnectionPool(most_idle=2)
    opened_now = [sqlite3.connect(name, check_same_thread=False) for _number in range(3)]
    opened_now[0].execute("CREATE TABLE t (id)")
    assert [small.put(name, each, file_id(name)) for each in opened_now] == [True, True, False]
    assert (small.take(name), small.take(name), small.take(name)) == (opened_now[1], opened_now[0], None)
    for each in opened_now:
        each.close()


@pytest.mark.django_db(transaction=True)
def test_the_site_gives_its_connection_back_before_a_body():
    connection = connections["default"]
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a pool of its own")
    connection.close()  # the set-up of this test has changed it
    first = opened(connection)
    release_connections()
    assert connection.connection is None
    assert opened(connection) is first
