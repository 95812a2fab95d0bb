"""Functions that run at the same moment, each in a thread."""

import threading
import time

from django.db import connection, connections, transaction


def at_once(*jobs):
    """Run the functions `jobs` in a thread each, begun together, and return their results in order."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            start.wait()
            results[number] = job()
        except Exception as problem:  # noqa: BLE001 - the test looks at it
            results[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def wait_until_one_waits():
    """Return as soon as a connection waits for a lock of another one."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise TimeoutError


def while_it_commits(change, attempt):
    """Return the results of both: `attempt()` begins after the writes of `change()` and waits until they are stored."""
    written = threading.Event()

    def change_slowly():
        with transaction.atomic():
            result = change()
            written.set()
            wait_until_one_waits()
        return result

    def attempt_meanwhile():
        written.wait(20)
        return attempt()

    return at_once(change_slowly, attempt_meanwhile)
