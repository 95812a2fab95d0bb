"""Work on the library in tests: a job that waits is run at once, and the library is checked as an operator does it."""

import io

from django.core.management import CommandError, call_command

from video_pages.transcoding import jobs

IN_ORDER = "The library is in order.\n"


def run_again(video_file):
    """Run the job of `video_file` now, as if its pause were over; return its state. File and job are read again."""
    video_file.job.refresh_from_db()
    video_file.job.not_before = None
    video_file.job.save()
    state = jobs.run(video_file.job.pk)
    video_file.job.refresh_from_db()
    video_file.refresh_from_db()
    return state


def check_library():
    """Return what `check_library` prints about all files, however new, with their digests, and its error."""
    out = io.StringIO()
    try:
        call_command("check_library", digests=True, older_than=0, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()
