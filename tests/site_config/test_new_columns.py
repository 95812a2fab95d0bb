"""Columns added since release 0.1.0 have a value in the database: servers of the previous version name none for them.

During an update, old servers still write while new ones start. An INSERT of theirs leaves the new column out.
"""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

APPS = ("home", "video_pages")


def has_a_value_of_its_own(field):
    return field.many_to_many or field.null or field.has_db_default()


def columns_without_a_value(migration):
    """Return "Migration.model.column" of each column of `migration` that an old server's INSERT cannot leave out.

    A new table is no fault: old servers do not write it.
    """
    found, new_tables = [], set()
    operations = list(migration.operations)
    while operations:
        operation = operations.pop(0)
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            operations = [*operation.database_operations, *operations]
        elif isinstance(operation, migrations.CreateModel):
            new_tables.add(operation.name_lower)
        elif isinstance(operation, migrations.AddField) and operation.model_name_lower not in new_tables:
            if not has_a_value_of_its_own(operation.field):
                found.append(f"{migration.name}.{operation.model_name}.{operation.name}")
    return found


def later_migrations():
    """Return the migrations after the first of each app."""
    nodes = MigrationLoader(connection).disk_migrations
    return [
        migration for (app, name), migration in sorted(nodes.items()) if app in APPS and not name.startswith("0001_")
    ]


@pytest.mark.django_db
def test_each_column_that_came_later_has_a_value_in_the_database():
    found = later_migrations()
    assert {migration.app_label for migration in found} == set(APPS)
    faults = [fault for migration in found for fault in columns_without_a_value(migration)]
    assert not faults, f"give each a db_default, or null=True: {faults}"


def migration_of(*operations):
    migration = migrations.Migration("0009_later", "video_pages")
    migration.operations = list(operations)
    return migration


def added(field, model="VideoFile"):
    return migrations.AddField(model, "shape", field)


@pytest.mark.parametrize(
    ("operations", "is_fault"),
    [
        ([added(models.CharField(max_length=9))], True),
        ([added(models.CharField(max_length=9, default="round"))], True),
        ([added(models.CharField(max_length=9, default="round", db_default="round"))], False),
        ([added(models.BooleanField(db_default=False))], False),
        ([added(models.DateTimeField(null=True))], False),
        ([added(models.ManyToManyField("video_pages.VideoFile"))], False),
        ([migrations.CreateModel("Shape", [("id", models.AutoField(primary_key=True))])], False),
        (
            [
                migrations.CreateModel("Shape", [("id", models.AutoField(primary_key=True))]),
                added(models.IntegerField(default=0), model="shape"),
            ],
            False,
        ),
        ([migrations.SeparateDatabaseAndState([added(models.IntegerField(default=0))])], True),
        ([migrations.SeparateDatabaseAndState([], [added(models.IntegerField(default=0))])], False),
    ],
)
def test_a_column_without_a_value_is_found(operations, is_fault):
    faults = columns_without_a_value(migration_of(*operations))
    assert faults == (["0009_later.VideoFile.shape"] if is_fault else [])
