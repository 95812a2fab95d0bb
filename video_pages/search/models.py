"""The rows of the search index. The index of the engine is derived from SearchEntry by the database itself."""

from typing import Any

from django.db import models

MAX_START = 60
MAX_WORD = 64


class BytewiseCharField(models.CharField):
    """Text that PostgreSQL compares by its bytes, as SQLite does, so that an index serves a range of beginnings."""

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class SearchEntry(models.Model):
    """The searchable texts of one page, a video or a section that is live and not listed nowhere.

    `place` orders the entries: videos by their publication at 0 and above, sections below 0; see `documents.place_of`.
    The words are folded, each separated by one space; see `words.fold`. `is_public` says that lists show the page to
    everyone; it only makes searches quick, since each hit is checked again. `is_due` marks an entry whose words have to
    be computed again.
    """

    page = models.OneToOneField("wagtailcore.Page", primary_key=True, on_delete=models.CASCADE, related_name="+")
    place = models.BigIntegerField(unique=True)
    title = models.TextField()
    title_start = BytewiseCharField(max_length=MAX_START)
    title_words = models.TextField()
    section_words = models.TextField()
    text_words = models.TextField()
    is_public = models.BooleanField(db_default=False)
    is_due = models.BooleanField(db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["title_start", "place"], name="search_entries_by_title"),
            models.Index(fields=["is_due"], condition=models.Q(is_due=True), name="search_entries_due"),
        ]

    def __str__(self) -> str:
        return self.title


class SpellingKey(models.Model):
    """A word of titles under one of its keys: its first letters, whole or without one of them; see `spelling.keys`."""

    key = BytewiseCharField(max_length=8)
    word = models.CharField(max_length=MAX_WORD)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "word"], name="one_row_for_each_key_of_a_word")]

    def __str__(self) -> str:
        return f"{self.key}: {self.word}"
