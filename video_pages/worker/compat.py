"""The worker class of a command of django-tasks-db, no public API; tests/worker/test_compat.py checks it."""

from django_tasks_db.management.commands.db_worker import Worker as QueueWorker

__all__ = ["QueueWorker", "new_queue_worker", "stop_queue_worker"]


def new_queue_worker(name: str, *, queue: str) -> QueueWorker:
    """Return a worker for the task backend `queue`, whose `run()` runs the queued tasks and returns."""
    return QueueWorker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name=queue,
        startup_delay=False,
        max_tasks=None,
        worker_id=name[-64:],
        excluded_queue_names=[],
    )


def stop_queue_worker(worker: QueueWorker) -> None:
    """Let `run()` return after the present task. A signal handler may call this: it only assigns a variable."""
    worker.running = False
