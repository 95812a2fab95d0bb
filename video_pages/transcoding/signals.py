"""Signals that the package sends to the packages above it."""

from django.dispatch import Signal

processing_finished = Signal()
"""Sent after the commit that ended a job, with `video_file` and `state` (a State: ready, refused or failed).

A process that is killed between the commit and the signal sends nothing. A receiver that must miss none also reads the
rows from time to time.
"""

became_playable = Signal()
"""Sent with `video_file` when it plays and its ladder is still to be made. See `processing_finished` for kills."""
