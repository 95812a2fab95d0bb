"""The rule when the ladder of a film is left to a later run, so that it delays the first playback of no other film."""

from dataclasses import dataclass

from video_pages.transcoding.lease_renewal import LeaseRenewal
from video_pages.transcoding.models import ProcessingJob, Stage

EARLY_FROM_SECONDS = 300
"""A film of this length that can't be copied plays in one size before its ladder, which takes its length or longer."""


@dataclass(frozen=True)
class Done:
    """The result of a run: all of its job is done, with a message for editors or "", or the part before the ladder."""

    message: str
    is_complete: bool


def has_to_wait(is_quick: bool, renewal: LeaseRenewal) -> bool:
    """Return True if the ladder is to be made later: in a quick run, or because other films can't be played yet."""
    others = ProcessingJob.objects.claimable(renewal.now()).filter(stage=Stage.PLAYABLE)
    return is_quick or renewal.persist(others.exists)
