"""The rules that lean on the database hold on PostgreSQL as they do on SQLite: the same tests, run on a real server.

`make test-postgresql` runs all unit tests there.
"""

import subprocess
import sys

from tests import on_postgresql

# Modules about counts, locks and conflicts: unlocking at once, guesses, views, jobs. One run, whose start takes as long
# as a hundred of these tests. Those about words, digests, mails and charts ask the database for nothing of its own.
SAME_TESTS = [
    "tests/access/invitations/test_decide.py",
    "tests/access/invitations/test_mail_code_races.py",
    "tests/access/invitations/test_playing.py",
    "tests/access/invitations/test_refusal_counts.py",
    "tests/access/invitations/test_secret_races.py",
    "tests/access/invitations/test_services.py",
    "tests/access/invitations/test_typed.py",
    "tests/access/test_concurrency.py",
    "tests/access/test_fingerprints.py",
    "tests/access/test_guard.py",
    "tests/access/test_kept_columns.py",
    "tests/access/test_listed.py",
    "tests/access/test_shared_attempts.py",
    "tests/access/test_throttle.py",
    "tests/analytics/test_anonymising.py",
    "tests/analytics/test_count_view.py",
    "tests/analytics/test_deletion_locks.py",
    "tests/analytics/test_invitation_watches.py",
    "tests/analytics/test_many_views.py",
    "tests/analytics/test_site_days.py",
    "tests/analytics/test_site_days_at_once.py",
    "tests/analytics/test_statistics.py",
    "tests/core/test_clock.py",
    "tests/delivery/test_report_queue.py",
    "tests/delivery/test_under_gunicorn.py::test_slow_viewers_hold_no_database_connection",
    "tests/delivery/test_under_gunicorn.py::test_two_processes_count_each_view_once",
    "tests/delivery/test_views_counted.py",
    "tests/home/test_conditional.py",
    "tests/home/test_search.py",
    "tests/pages/test_invitation_mail.py",
    "tests/search/test_same_results.py",
    "tests/search/test_spelling.py",
    "tests/search/test_sync.py",
    "tests/sections/test_relocation.py",
    "tests/self_test/test_keeping.py",
    "tests/site_config/test_nul.py",
    "tests/test_database.py",
    "tests/transcoding/test_jobs.py",
    "tests/wagtail_admin/test_invitations_list.py",
    "tests/wagtail_admin/test_open_sessions.py",
    "tests/worker/test_periodic.py",
]


def test_what_leans_on_the_database_holds_on_postgresql(postgresql):
    on_postgresql.make_databases(postgresql)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", *SAME_TESTS],
        cwd=on_postgresql.ROOT,
        env=on_postgresql.environment_on(postgresql),
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
