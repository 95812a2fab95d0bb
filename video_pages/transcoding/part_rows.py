"""The rows of the parts of a job: their folders, and their end with the job. `parts` makes and claims them."""

from video_pages.library import packages
from video_pages.transcoding.models import LadderPart, ProcessingJob


def folders_of(job: ProcessingJob) -> set[str]:
    """Return the names of the packages in which workers make or have made the parts of `job`."""
    return set(LadderPart.objects.filter(job=job).exclude(folder="").values_list("folder", flat=True))


def drop(job: ProcessingJob, *, keep: frozenset[int] = frozenset()) -> None:
    """Delete the parts of `job`, but not those with the ids `keep`, and mark what was made of them for removal.

    A worker that makes one finds no row at its next renewal, and stops.
    """
    dropped = list(LadderPart.objects.filter(job=job).exclude(pk__in=keep).only("folder"))
    for part in dropped:
        if part.folder:
            packages.discard(job.video_file, part.folder)
    if dropped:
        LadderPart.objects.filter(pk__in=[part.pk for part in dropped]).delete()
