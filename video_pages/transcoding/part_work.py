"""Make parts of a ladder: for one's own job, or for that of another worker."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

from video_pages.core import clock, request_id
from video_pages.library import local_files, packages
from video_pages.transcoding import audio_tracks, claims, encode, encoders, endings, ffmpeg, parts, sandbox
from video_pages.transcoding.audio_choices import AudioChoice
from video_pages.transcoding.lease_renewal import LeaseRenewal
from video_pages.transcoding.models import LadderPart, State
from video_pages.transcoding.workspace import Workspace, workspace

logger = logging.getLogger(__name__)

OnTick = Callable[[], object] | None
REMEMBERED = 50
_unfit: tuple[tuple[int, int], ...] = ()
"""The last REMEMBERED jobs, with the versions of their sources, that this process has found unfit for this machine."""


class NotHere(ffmpeg.FfmpegFailed):
    """This machine can't make a part as the worker that holds the job has planned it; another one may."""


def help_with(part: LadderPart, *, worker: str, get_now: Callable[[], dt.datetime] = clock.now) -> None:
    """Make the claimed `part` of another worker's job, and then the parts of that job that still wait.

    The source is fetched, and its audio made, once for all of them. If this machine can't make them as they are
    planned, they are left to others without an attempt (`parts.claim_next` with `but_not=unfit()`).
    """
    job = part.job
    with request_id.lines_of(job.request_id), ExitStack() as stack:
        renewal = LeaseRenewal(part, get_now)
        ready: list[tuple[Workspace, list[AudioChoice]]] = []

        def work() -> endings.Ending:
            ready.append(stack.enter_context(_prepared(part, renewal)))
            return _make_or_leave(part, *ready[0], renewal)

        _conclude(part, renewal, work)
        while ready and not sandbox.is_stopping():
            following = parts.claim_next(worker=worker, of=job, but_not=unfit())
            if following is None:
                break
            own = LeaseRenewal(following, get_now)
            _conclude(following, own, partial(_make_or_leave, following, *ready[0], own))


def unfit() -> tuple[tuple[int, int], ...]:
    """Return (id, version of the source) of the jobs whose parts this machine can't make as they are planned."""
    return _unfit


def run(
    part: LadderPart,
    space: Workspace,
    audio: Sequence[AudioChoice],
    *,
    get_now: Callable[[], dt.datetime],
    on_tick: OnTick = None,
) -> State | None:
    """Make the claimed `part` from `space.source`, with `audio`, and return its new state; None if it was lost.

    `on_tick()` is called several times a second; what it raises ends the work.
    """
    renewal = LeaseRenewal(part, get_now)
    return _conclude(part, renewal, lambda: _make(part, space, audio, renewal, on_tick))


def _conclude(part: LadderPart, renewal: LeaseRenewal, work: Callable[[], endings.Ending]) -> State | None:
    logger.info("%s begins, attempt %s.", part.name_in_log, part.attempt)
    try:
        state = endings.conclude(part, renewal, work)
        if state is None:  # if the job was lost and not the part, the next worker need not wait for the lease
            with suppress(claims.JobLost):
                renewal.persist(lambda: claims.release(part))
        return state
    finally:
        is_kept = LadderPart.objects.filter(pk=part.pk, state=State.READY, folder=part.folder)
        with suppress(claims.JobLost):  # the database is away; the next job of the file marks what is left
            if not renewal.persist(is_kept.exists):
                packages.remove_leftovers(part.file, package=part.folder)


@contextmanager
def _prepared(part: LadderPart, renewal: LeaseRenewal) -> Iterator[tuple[Workspace, list[AudioChoice]]]:
    """Give a workspace with the source of the job of `part`, and its audio choices."""
    order = parts.order_of(part)
    with local_files.local_copy(part.file.file.name or "", renewal) as source, workspace(source) as space:
        _facts, audio = audio_tracks.make(space, order.facts, on_tick=renewal)
        yield space, audio


def _make(
    part: LadderPart, space: Workspace, audio: Sequence[AudioChoice], renewal: LeaseRenewal, on_tick: OnTick = None
) -> endings.Ending:
    """Encode `part` into its folder; return how it ended. Raises NotHere."""
    order = parts.order_of(part)
    used = audio if order.audio else ()
    if parts.audio_names(used) != order.audio:
        raise NotHere(f"this machine makes other audio: {parts.audio_names(used)}, not {order.audio}")

    def tick(*_args: Any) -> None:
        renewal()
        if on_tick:
            on_tick()

    try:
        made = encode.encode_ladder(
            space,
            order.facts,
            order.rungs,
            used,
            only=order.numbers,
            lists_audio=order.lists_audio,
            on_tick=tick,
            on_share=lambda share: renewal.note(min(99, round(share * 100))),
        )
    except encoders.NoEncoder as error:
        raise NotHere(f"this machine has no encoder for {error}") from error
    kept = parts.keep(part, made, tick)
    return partial(_finish, part, kept)


def _make_or_leave(
    part: LadderPart, space: Workspace, audio: Sequence[AudioChoice], renewal: LeaseRenewal
) -> endings.Ending:
    """Make `part` for another worker, or give it back without an attempt if this machine can't make it as planned."""
    global _unfit
    try:
        return _make(part, space, audio, renewal)
    except NotHere as error:
        logger.warning("%s is left to other workers: %s", part.name_in_log, error)
        _unfit = (*_unfit[1 - REMEMBERED :], (part.job_id, part.source_version))
        return partial(endings.release, part)


def _finish(part: LadderPart, kept: list[dict[str, Any]], *, now: dt.datetime) -> State:
    claims.finish(part, State.READY, made=kept, now=now)
    return State.READY
