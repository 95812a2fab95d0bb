"""The rules that lean on the database hold on PostgreSQL as they do on SQLite: the same tests, run on a real server.

`make test-postgresql` runs all unit tests there.
"""

import subprocess
import sys

from tests import on_postgresql

# What counts, locks or conflicts: unlocking at once, guesses, views, jobs. Of modules whose queries the ORM writes the
# tests that join, group or sort most. One run, whose start takes as long as a hundred of these tests. Those about
# words, digests, mails and charts ask the database for nothing of its own.
SAME_TESTS = [
    "tests/access/invitations/test_decide.py",
    "tests/access/invitations/test_mail_code_races.py",
    "tests/access/invitations/test_playing.py::TestAtOnce",
    "tests/access/invitations/test_refusal_counts.py",
    "tests/access/invitations/test_secret_races.py",
    "tests/access/invitations/test_services.py",
    "tests/access/test_concurrency.py",
    "tests/access/test_fingerprints.py",
    "tests/access/test_guard.py",
    "tests/access/test_kept_columns.py",
    "tests/access/test_listed.py::TestRule::test_they_agree_on_random_trees[3]",
    "tests/access/test_shared_attempts.py",
    "tests/access/test_throttle.py",
    "tests/analytics/test_anonymising.py",
    "tests/analytics/test_count_view.py",
    "tests/analytics/test_deletion_locks.py",
    "tests/analytics/test_invitation_watches.py::test_it_is_erased_with_the_statistics_and_with_the_invitation",
    "tests/analytics/test_many_views.py::test_retention_of_many_rows_is_that_of_each_row_added_up",
    "tests/analytics/test_site_days.py::test_a_summed_day_is_asked_of_one_row_and_not_of_its_pages",
    "tests/analytics/test_site_days.py::test_the_most_viewed_are_those_with_most_views_of_all_days",
    "tests/analytics/test_site_days_at_once.py",
    "tests/analytics/test_statistics.py::test_every_video_has_the_numbers_counted_by_hand",
    "tests/analytics/test_statistics.py::test_retention_devices_and_referrers_are_of_the_same_views",
    "tests/analytics/test_statistics.py::TestRollUp::test_a_watch_report_between_reading_and_writing_is_not_lost",
    "tests/analytics/test_statistics.py::TestRollUp::test_late_rows_make_their_day_due_again",
    "tests/core/test_clock.py",
    "tests/delivery/test_report_queue.py",
    "tests/delivery/test_under_gunicorn.py::test_slow_viewers_hold_no_database_connection",
    "tests/delivery/test_under_gunicorn.py::test_two_processes_count_each_view_once",
    "tests/delivery/test_views_counted.py",
    "tests/home/test_conditional.py::test_a_change_that_is_rolled_back_keeps_the_etag",
    "tests/home/test_conditional.py::test_a_stranger_who_has_the_page_gets_304_for_one_query",
    "tests/home/test_conditional.py::test_all_tables_that_these_pages_read_are_watched",
    "tests/home/test_conditional.py::test_the_token_is_one_row_of_a_fresh_database",
    "tests/home/test_search.py::test_a_search_that_takes_too_long_is_stopped_and_refused_with_503",
    "tests/home/test_search.py::test_a_typing_error_is_forgiven_and_said_in_words",
    "tests/home/test_search.py::test_long_results_go_on_at_further_pages_until_each_film_was_shown_once",
    "tests/home/test_search.py::test_odd_words_find_nothing_and_break_nothing",
    "tests/pages/test_deletions_at_once.py",
    "tests/pages/test_invitation_mail.py",
    "tests/search/test_same_results.py",
    "tests/search/test_spelling.py",
    "tests/search/test_sync.py::test_a_moved_video_is_found_by_its_new_section_only",
    "tests/search/test_sync.py::test_a_renamed_section_is_found_with_its_videos_by_the_new_title",
    "tests/search/test_sync.py::test_what_was_written_past_the_signals_is_repaired",
    "tests/sections/test_relocation.py",
    "tests/self_test/test_keeping.py",
    "tests/site_config/test_nul.py",
    "tests/test_database.py",
    "tests/transcoding/test_jobs.py",
    "tests/wagtail_admin/test_invitations_list.py::test_it_is_searched_filtered_and_sorted",
    "tests/wagtail_admin/test_invitations_list.py::test_many_are_extended_and_the_access_that_they_gave_too",
    "tests/wagtail_admin/test_invitations_list.py::test_of_two_requests_with_one_form_at_once_one_is_answered",
    "tests/wagtail_admin/test_invitations_list.py::test_those_without_a_date_stand_last_in_both_directions",
    "tests/wagtail_admin/test_open_sessions.py::test_it_is_searched_filtered_and_sorted",
    "tests/wagtail_admin/test_open_sessions.py::test_sessions_by_no_invitation_stand_last_in_both_directions",
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
