"""Remove the character NUL from stored texts.

SQLite kept it until the site refused it, and since then a row with one could not be saved. PostgreSQL never took one.
"""

import json

from django.db import IntegrityError, migrations, transaction

APPS = ("home", "taggit", "video_pages", "wagtailcore", "wagtailimages", "wagtailredirects")
BATCH = 500
ESCAPED = "\\u0000"


def without_nul(value):
    """Return the JSON value without NUL, also in texts that are JSON themselves, as those of a revision's blocks."""
    if isinstance(value, dict):
        return {without_nul(key): without_nul(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_nul(each) for each in value]
    if not isinstance(value, str):
        return value
    if ESCAPED in value and value[:1] in ("[", "{"):
        try:
            return json.dumps(without_nul(json.loads(value)))
        except ValueError:
            pass
    return value.replace("\0", "")


def cleaned(stored, is_json):
    text = bytes(stored).decode("utf-8", "replace").replace("\0", "")
    if is_json and ESCAPED in text:
        try:
            return json.dumps(without_nul(json.loads(text)))
        except ValueError:
            pass
    return text


def clean_table(connection, table, key, columns):
    """Clean `columns`, {name: whether it holds JSON}, of the rows of `table`; `key` is its primary key."""
    quote = connection.ops.quote_name
    found_by = {name: f"instr(CAST({quote(name)} AS BLOB), x'00') > 0" for name in columns}
    for name, is_json in columns.items():
        if is_json:
            found_by[name] = f"({found_by[name]} OR instr({quote(name)}, '{ESCAPED}') > 0)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quote(key)} FROM {quote(table)} WHERE {' OR '.join(found_by.values())}")
        keys = [row[0] for row in cursor.fetchall()]
        names = list(columns)
        read = ", ".join(f"CAST({quote(name)} AS BLOB)" for name in names)
        for first in range(0, len(keys), BATCH):
            places = ", ".join(["%s"] * len(keys[first : first + BATCH]))
            cursor.execute(
                f"SELECT {quote(key)}, {read} FROM {quote(table)} WHERE {quote(key)} IN ({places})",
                keys[first : first + BATCH],
            )
            for pk, *stored in cursor.fetchall():
                for name, value in zip(names, stored, strict=True):
                    if value is not None:
                        write(connection, cursor, (table, key, name), pk, bytes(value), cleaned(value, columns[name]))


def write(connection, cursor, place, pk, before, text):
    if text.encode() == before:
        return
    table, key, name = map(connection.ops.quote_name, place)
    statement = f"UPDATE {table} SET {name} = %s WHERE {key} = %s"
    try:
        with transaction.atomic(using=connection.alias):
            cursor.execute(statement, [text, pk])
    except IntegrityError:  # another row has this text in a column where each must differ
        cursor.execute(statement, [f"{text}-{pk}", pk])


def clean(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "sqlite":
        return
    existing = set(connection.introspection.table_names())
    for model in apps.get_models():
        table = model._meta.db_table
        if model._meta.app_label not in APPS or table not in existing:
            continue
        columns = {
            field.column: field.get_internal_type() == "JSONField"
            for field in model._meta.local_concrete_fields
            if not field.primary_key and (field.db_type(connection) or "").startswith(("varchar", "text"))
        }
        if columns:
            clean_table(connection, table, model._meta.pk.column, columns)


class Migration(migrations.Migration):

    dependencies = [
        ("video_pages", "0031_kept_orphans"),
    ]

    operations = [
        migrations.RunPython(clean, migrations.RunPython.noop, elidable=True),
    ]
