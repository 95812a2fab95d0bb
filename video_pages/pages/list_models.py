"""ListEntry: the place of a published video in the lists, in columns that their indexes need.

Wagtail's own columns lie in two tables, and none says in which section a page is. A list would read all pages of a
section, or of the site, to show twenty-four. An entry decides only where to look: each list also asks the page itself
whether it may be shown, so a wrong entry can hide a title and never reveals one.
"""

from django.db import models

from video_pages.access.models import Listed


class ListEntry(models.Model):
    """One published video that is not listed nowhere. `list_entries` writes the rows, and nothing else does."""

    page = models.OneToOneField(
        "video_pages.VideoPage", on_delete=models.CASCADE, primary_key=True, related_name="list_entry"
    )
    section = models.ForeignKey(
        "video_pages.VideoIndexPage", on_delete=models.CASCADE, related_name="list_entries", db_index=False
    )
    position = models.CharField(max_length=4)  # the last step of the path: moving the section changes no entry
    date = models.DateTimeField()
    title_key = models.BinaryField(max_length=1000)
    listed = models.CharField(max_length=10, choices=Listed.choices)

    class Meta:
        indexes = [
            models.Index(fields=["section", "position", "listed"], name="list_entries_as_arranged"),
            models.Index(fields=["section", "-date", "-page", "listed"], name="list_entries_newest_first"),
            models.Index(fields=["section", "title_key", "page", "listed"], name="list_entries_by_title"),
            models.Index(fields=["-date", "-page", "section", "listed"], name="list_entries_of_all_sections"),
        ]

    def __str__(self) -> str:
        return str(self.page_id)
