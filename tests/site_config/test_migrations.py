"""The migrations since release 0.1.0: databases of its development are at their state, or are refused."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from site_config.checks.database_checks import no_half_replaced_migrations

pytestmark = pytest.mark.django_db
REPLACED = ["0001_initial", "0003_look_and_words"]


@pytest.fixture
def recorder():
    recorder = MigrationRecorder(connection)
    for name in ("0001_release_0_1", *REPLACED):  # Django records both when a fresh database runs the new one
        recorder.record_unapplied("home", name)
    return recorder


def errors():
    return no_half_replaced_migrations(None, databases=["default"])


def test_a_fresh_database_passes():
    assert errors() == []


def test_a_database_that_ran_all_of_the_replaced_migrations_passes(recorder):
    for name in REPLACED:
        recorder.record_applied("home", name)
    assert errors() == []


def test_a_database_that_ran_some_of_the_replaced_migrations_is_refused_with_the_missing_ones(recorder):
    recorder.record_applied("home", REPLACED[0])
    (error,) = errors()
    assert "has not run 0003_look_and_words, which home.0001_release_0_1 replaces" in error.msg
    with pytest.raises(SystemCheckError, match="development version before 0.1.0"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_a_check_without_a_database_asks_none(recorder):
    recorder.record_applied("home", REPLACED[0])
    assert no_half_replaced_migrations(None, databases=None) == []


def test_the_models_are_at_the_state_of_the_migrations():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
