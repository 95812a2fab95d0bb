"""The row with the version of all that public pages show."""

from django.db import models


class ShownVersion(models.Model):
    """One row: `token` is a random number that triggers of the database replace at each change; see `triggers`.

    It is random and not counted, so that a database that was restored from a backup never has an earlier version again.
    """

    token = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.token)
