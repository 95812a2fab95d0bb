"""The only writers of text tracks. They write cues that `subtitles` has parsed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from video_pages.library import text_documents
from video_pages.library.models import VideoFile
from video_pages.library.subtitles import ParsedCue, SubtitleFile
from video_pages.library.text_models import SHOWS_FIRST, Cue, TextTrack

ROWS_AT_ONCE = 1000
MAX_LABEL_CHARACTERS = TextTrack._meta.get_field("label").max_length


class ChangedMeanwhile(Exception):
    """The words were changed since the editor read them; `version` is the present one, None if the track is deleted."""

    def __init__(self, version: int | None) -> None:
        super().__init__(version)
        self.version = version


@dataclass(frozen=True)
class TrackProperties:
    """The properties of a text track beside its cues: kind, name, language (a BCP 47 tag or ""), and how it shows.

    A hidden track, or one of descriptions, is never the default.
    """

    kind: str
    language: str
    label: str
    is_default: bool = False
    is_hidden: bool = False


class EmbeddedTrack(NamedTuple):
    """A text track of a video file."""

    found: SubtitleFile
    properties: TrackProperties


def add_track(
    video_file: VideoFile,
    found: SubtitleFile,
    properties: TrackProperties,
    *,
    origin: str = TextTrack.Origin.UPLOADED,
) -> TextTrack:
    """Add a text track of what was `found` in a file to `video_file` and return it.

    A new default track replaces the present one.
    """
    track = TextTrack(video_file=video_file, origin=origin)
    with transaction.atomic():
        _set_properties(track, properties)
        _set_repairs(track, found)
        track.save()
        _write_cues(track, found.cues)
        text_documents.write(track, found.document)
    return track


def change_track(
    track: TextTrack,
    properties: TrackProperties,
    found: SubtitleFile | None = None,
    *,
    changed: Collection[str] | None = None,
) -> TextTrack:
    """Change the properties of `track`, and its cues if `found` is given; return it.

    `changed` are the names of the properties that the editor has changed: the others stay as the row has them by now.
    None stands for all. Cues from an editor make it an uploaded track, which a new source does not replace, and raise
    its version. Raises TextTrack.DoesNotExist if `changed` is given and the track is deleted.
    """
    with transaction.atomic():
        if changed is not None:
            track = TextTrack.objects.select_for_update().get(pk=track.pk)
            properties = replace(_properties_of(track), **{name: getattr(properties, name) for name in changed})
        _set_properties(track, properties)
        if found is None:
            track.save(update_fields=["kind", "language", "label", "is_default", "is_hidden"])
            return track
        track.origin = TextTrack.Origin.UPLOADED
        _set_repairs(track, found)
        track.cues.all().delete()
        _write_cues(track, found.cues)
        text_documents.write(track, found.document)
        _save_next_version(track)
    return track


def save_text(
    track: TextTrack, found: SubtitleFile | None, *, version: int, is_hidden: bool | None = None
) -> TextTrack:
    """Write the cues and the document of `found` into `track`, and whether it `is_hidden`; return it.

    None leaves the text, or whether it is hidden, as they are. `version` is that of the text which the editor has
    changed. Raises ChangedMeanwhile, and writes nothing, if they have another one by now, or the track is deleted.
    """
    with transaction.atomic():
        current = TextTrack.objects.select_for_update().filter(pk=track.pk).first()
        if current is None or (found and current.version != version):
            raise ChangedMeanwhile(current.version if current else None)
        properties = _properties_of(current)
        if is_hidden is not None:
            properties = replace(properties, is_hidden=is_hidden)
        # The editor has seen what was repaired in the text.
        return change_track(current, properties, replace(found, repaired_lines=(), is_guessed=False) if found else None)


def delete_track(track: TextTrack) -> None:
    """Delete `track` with its cues."""
    with transaction.atomic():
        track.delete()


def cut_track(track: TextTrack, *, end_ms: int) -> None:
    """Delete the cues of `track` that start at or after `end_ms` (milliseconds)."""
    with transaction.atomic():
        track.cues.filter(start_ms__gte=end_ms).delete()
        text_documents.cut(track, end_ms=end_ms)
        _save_next_version(track)


def replace_embedded_tracks(
    video_file: VideoFile, tracks: Iterable[EmbeddedTrack], *, version: int, keep_others: bool = False
) -> bool:
    """Replace the embedded tracks of `video_file` by `tracks`, those of its source `version`; uploaded ones stay.

    A track with the same cues as before keeps its row, and with it its address and the properties that an editor set.
    With `keep_others` the tracks that are not among `tracks` stay, too: some of the source could not be read. Returns
    False, and changes nothing, if the source has been replaced or deleted since.
    """
    with transaction.atomic():
        current = VideoFile.objects.select_for_update().filter(pk=video_file.pk, source_version=version)
        if not current.exists():
            return False
        embedded = video_file.text_tracks.filter(origin=TextTrack.Origin.EMBEDDED).order_by("pk")
        former = [(track, _contents(track.cues.all())) for track in embedded]
        for found, properties in tracks:
            contents = _contents(found.cues)
            kept = next((pair for pair in former if pair[1] == contents), None)
            if kept:
                former.remove(kept)
                repairs = {"repaired_times": len(found.repaired_lines), "has_guessed_letters": found.is_guessed}
                TextTrack.objects.filter(pk=kept[0].pk).update(**repairs)
                continue
            has_default = video_file.text_tracks.filter(SHOWS_FIRST).exclude(pk__in=[old.pk for old, _ in former])
            is_default = properties.is_default and not has_default.exists()
            add_track(video_file, found, replace(properties, is_default=is_default), origin=TextTrack.Origin.EMBEDDED)
        for track, _former_contents in () if keep_others else former:
            track.delete()
    return True


def _properties_of(track: TextTrack) -> TrackProperties:
    return TrackProperties(**{field.name: getattr(track, field.name) for field in fields(TrackProperties)})


def _set_properties(track: TextTrack, properties: TrackProperties) -> None:
    """Write `properties` on the object `track`, and take the place of the default track from another one."""
    track.kind, track.language, track.label = properties.kind, properties.language, _one_line(properties.label)
    track.is_hidden = properties.is_hidden
    track.is_default = properties.is_default and _can_show(track.kind, is_hidden=track.is_hidden)
    if track.is_default:
        TextTrack.objects.filter(video_file=track.video_file, is_default=True).update(is_default=False)


def _set_repairs(track: TextTrack, found: SubtitleFile) -> None:
    track.repaired_times, track.has_guessed_letters = len(found.repaired_lines), found.is_guessed


def _can_show(kind: str, *, is_hidden: bool) -> bool:
    """Return whether a track of `kind` can be drawn on the video: descriptions are read out by screen readers."""
    return not is_hidden and kind != TextTrack.Kind.DESCRIPTIONS


def _save_next_version(track: TextTrack) -> None:
    """Save `track` and raise its version, whatever another process has made of it meanwhile."""
    track.version = F("version") + 1
    track.save()
    track.refresh_from_db(fields=["version"])


def _write_cues(track: TextTrack, cues: Iterable[ParsedCue]) -> None:
    rows = (Cue(track=track, start_ms=cue.start_ms, end_ms=cue.end_ms, text=cue.text) for cue in cues)
    Cue.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _contents(cues: Iterable[ParsedCue | Cue]) -> list[tuple[int, int, str]]:
    return sorted((cue.start_ms, cue.end_ms, cue.text) for cue in cues)


def _one_line(label: str) -> str:
    return " ".join(str(label).split())[:MAX_LABEL_CHARACTERS]
