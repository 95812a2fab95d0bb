"""The parts of a ladder that is split: the order for each, the worker that has it, and its result.

The worker that holds the job plans the parts (`split`); all workers make them (`part_work`). Leases, attempts and waits
follow the rules of a job (`claims`). The files of a part lie in the library, in a folder of one claim, so no two
workers ever write to one file.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

from django.db import transaction

from video_pages.core import clock
from video_pages.library import packages, paths
from video_pages.library.packages import MadeRendition, StoredRendition
from video_pages.library.storage import protected_storage
from video_pages.transcoding import claims, facts, hls, part_rows
from video_pages.transcoding.audio_choices import AudioChoice
from video_pages.transcoding.encode import MAX_PLAYLIST_BYTES
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.models import LadderPart, ProcessingJob, Stage, State
from video_pages.transcoding.plan import Rung
from video_pages.transcoding.workspace import Workspace

STORED = ("size_bytes", "sha256")
COLUMNS = ("name", "kind", "codecs", "width", "height", "frame_rate", "language", "label", "is_default", *STORED)


@dataclasses.dataclass(frozen=True)
class Order:
    """The content of one part: the rungs `numbers` of `rungs`, whose upper ones their frames are scaled through.

    `audio` names the audio choices that it is made with, as `audio_names` does. With `lists_audio`, several of them are
    renditions beside it.
    """

    facts: Facts
    rungs: tuple[Rung, ...]
    numbers: tuple[int, ...]
    audio: tuple[str, ...]
    lists_audio: bool

    @property
    def name(self) -> str:
        """The name of its part: that of its rung, or those of the first and the last one."""
        first, last = (self.rungs[number].name for number in (self.numbers[0], self.numbers[-1]))
        return first if first == last else f"{first} to {last}"

    @property
    def pixels(self) -> int:
        """The pixels of one frame in all its rungs: what its encoding costs against that of another part."""
        return sum(self.rungs[number].width * self.rungs[number].height for number in self.numbers)


def orders(
    known: Facts, rungs: Sequence[Rung], audio: Sequence[AudioChoice], *, lists_audio: bool = True
) -> list[Order]:
    """Return the Orders for all `rungs`; the first one has the renditions of several choices of `audio`.

    The largest rung is one part, and the others are together in as few parts as have no more pixels than it: no number
    of workers makes a ladder sooner than its largest rung, and each part decodes the whole video.
    """
    names = audio_names(audio)
    groups: list[list[int]] = []
    room = 0
    for number, rung in enumerate(rungs):
        pixels = rung.width * rung.height
        if not groups or pixels > room:
            groups.append([])
            room = rungs[0].width * rungs[0].height
        groups[-1].append(number)
        room -= pixels
    return [
        Order(known, tuple(rungs[: group[-1] + 1]), tuple(group), names, lists_audio and 0 in group) for group in groups
    ]


def audio_names(audio: Sequence[AudioChoice]) -> tuple[str, ...]:
    """Return a text for each of `audio` that differs if another machine would make another choice."""
    return tuple(f"{choice.tracks[0].stream} {choice.channels} {choice.is_copied} {choice.label}" for choice in audio)


def as_json(order: Order) -> dict[str, Any]:
    """Return `order` as values that a JSON column gives back unchanged."""
    rungs = [{**dataclasses.asdict(rung), "frame_rate": str(rung.frame_rate)} for rung in order.rungs]
    values = {**dataclasses.asdict(order), "facts": order.facts.as_dict(), "rungs": rungs}
    return dict(json.loads(json.dumps(values)))


def order_of(part: LadderPart) -> Order:
    """Return the Order of `part`. Raises ValueError, KeyError or TypeError if another version has written it."""
    values = dict(part.order)
    values["facts"] = facts.parse_facts(values["facts"])
    values["rungs"] = tuple(Rung(**{**rung, "frame_rate": Fraction(rung["frame_rate"])}) for rung in values["rungs"])
    values["numbers"], values["audio"] = tuple(values["numbers"]), tuple(values["audio"])
    return Order(**values)


def plan_parts(job: ProcessingJob, wanted: Sequence[Order], *, now: dt.datetime) -> int:
    """Write the parts of `job` for the Orders `wanted`, of one codec; return how many are new. Raises JobLost.

    Those that an earlier attempt has made or planned alike stay, and so do those of other codecs.
    """
    by_name = {order.name: as_json(order) for order in wanted}
    codec = wanted[0].rungs[-1].codec
    with transaction.atomic():
        claims.renew(job, now=now)
        found = LadderPart.objects.filter(job=job, source_version=job.source_version)
        kept = [part for part in found if part.order == by_name.get(part.name)]
        others = [part for part in found if part.order["rungs"][-1]["codec"] != codec]
        part_rows.drop(job, keep=frozenset(part.pk for part in (*kept, *others)))
        if kept:  # its pace counts from there
            begun = min(part.created_at for part in kept)
            ProcessingJob.objects.filter(pk=job.pk, worker=job.worker).update(started_at=begun)
        have = {part.name for part in kept}
        new = [
            LadderPart(
                job=job,
                source_version=job.source_version,
                name=name,
                number=number,
                order=order,
                created_at=now,
                delivered_at=now,
            )
            for number, (name, order) in enumerate(by_name.items())
            if name not in have
        ]
        LadderPart.objects.bulk_create(new)
        for _waiting in new[1:]:  # the worker that plans them takes the first
            transaction.on_commit(lambda: claims.announce(job.pk, Stage.LADDER), robust=True)
    return len(new)


def claim_next(
    *,
    worker: str | None = None,
    of: ProcessingJob | None = None,
    but_not: Collection[tuple[int, int]] = (),
    now: dt.datetime | None = None,
) -> LadderPart | None:
    """Claim the part whose turn it is, of the job `of` if given, and return it; return None if there is none.

    Parts of the jobs `but_not`, each with a version of its source, are left to others.
    """
    now = now or clock.now()
    waiting = LadderPart.objects.in_turn(now)
    for job_id, version in but_not:
        waiting = waiting.exclude(job_id=job_id, source_version=version)
    if of is not None:
        waiting = waiting.filter(job=of, source_version=of.source_version)
    ids = waiting.values_list("pk", flat=True)[: claims.CANDIDATES]
    return claims.first_claimed(lambda: list(ids.all()), lambda part_id: _claim(part_id, worker, now))


def _claim(part_id: int, worker: str | None, now: dt.datetime) -> LadderPart | None:
    token = claims.new_claim(worker)
    waiting = LadderPart.objects.due(now).filter(pk=part_id)
    columns = {**claims.begun(token, now), "folder": packages.new_package()}
    if not waiting.update(**columns):
        return None
    held = LadderPart.objects.select_related("job__video_file").filter(pk=part_id, worker=token)
    return held.first()


def keep(part: LadderPart, made: Sequence[MadeRendition], on_tick: Any) -> list[dict[str, Any]]:
    """Move the MadeRenditions `made` into the folder of `part`; return the values of its column `made`."""
    values = []
    for rendition in made:
        text = hls.write(hls.playlist_of(rendition), media=paths.media_of(rendition.name))
        row = packages.keep_rendition(part.file, part.folder, rendition, playlist_text=text, on_tick=on_tick)
        values.append({name: getattr(row, name) for name in COLUMNS})
    return values


def made_of(part: LadderPart, space: Workspace) -> list[StoredRendition]:
    """Return what was made of the finished `part`, for a job that works in `space`. Raises FileNotFoundError."""
    made = []
    for values in part.made:
        name = paths.made_name(part.file.uuid, part.folder, paths.media_of(values["name"]))
        with protected_storage().open(f"{name.removesuffix('.mp4')}.m3u8") as file:
            text = file.read(MAX_PLAYLIST_BYTES).decode("ascii")
        playlist = hls.read(text, size_bytes=values["size_bytes"])
        media = space.source.parent / paths.media_of(values["name"])
        made.append(StoredRendition(**values, media=media, playlist=playlist, stored_name=name))
    return made


def forget_missing(job: ProcessingJob) -> int:
    """Have the finished parts of `job` made again whose files are gone; return how many."""
    return sum(
        LadderPart.objects.filter(pk=part.pk, state=State.READY).update(state=State.QUEUED, attempt=0, made=[])
        for part in LadderPart.objects.filter(job=job, state=State.READY).select_related("job__video_file")
        if not all(_is_whole(part, values) for values in part.made)
    )


def _is_whole(part: LadderPart, values: dict[str, Any]) -> bool:
    storage = protected_storage()
    name = paths.made_name(part.file.uuid, part.folder, paths.media_of(values["name"]))
    try:
        storage.size(f"{name.removesuffix('.mp4')}.m3u8")
        return bool(storage.size(name) == values["size_bytes"])
    except FileNotFoundError:
        return False
