"""Functions that run at the same moment, each in a thread."""

import threading

from django.db import connections


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
