"""What the transcoding room tells those above it."""

from django.dispatch import Signal

processing_finished = Signal()
"""Sent after the commit that ended a job, with `video_file` and `state` (a State: ready, refused or failed).

A process killed between the two sends nothing: who depends on it also looks at the rows now and then.
"""
