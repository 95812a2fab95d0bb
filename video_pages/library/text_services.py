"""The only writers of text tracks. What is written are cues, whoever read them: see `subtitles`."""

from dataclasses import dataclass

from django.db import transaction

from video_pages.library.models import VideoFile
from video_pages.library.text_models import Cue, TextTrack

ROWS_AT_ONCE = 1000
MAX_LABEL_CHARACTERS = TextTrack._meta.get_field("label").max_length


@dataclass(frozen=True)
class EmbeddedTrack:
    """A text track as a video file brings it: ParsedCues and what is said of them; `language` is a tag or ""."""

    cues: list
    kind: str
    language: str
    label: str
    is_default: bool = False
    is_hidden: bool = False


def add_track(
    video_file,
    cues,
    *,
    kind,
    language,
    label,
    is_default=False,
    is_hidden=False,
    origin=TextTrack.Origin.UPLOADED,
):
    """Give `video_file` a text track of the ParsedCues `cues` and return it. As default it takes another's place."""
    is_default = is_default and not is_hidden
    with transaction.atomic():
        if is_default:
            _unset_default(video_file)
        track = TextTrack.objects.create(
            video_file=video_file,
            kind=kind,
            language=language,
            label=_one_line(label),
            is_default=is_default,
            is_hidden=is_hidden,
            origin=origin,
        )
        _write_cues(track, cues)
    return track


def change_track(track, *, kind, language, label, is_default, is_hidden=False, cues=None):
    """Change what is said of `track`, and its words if `cues` are given; return it.

    Words from an editor are no longer the file's own: a new source does not take them away. A hidden track is never
    the default.
    """
    is_default = is_default and not is_hidden
    with transaction.atomic():
        if is_default:
            _unset_default(track.video_file)
        track.kind, track.language, track.label, track.is_default = kind, language, _one_line(label), is_default
        track.is_hidden = is_hidden
        if cues is not None:
            track.origin = TextTrack.Origin.UPLOADED
            track.cues.all().delete()
            _write_cues(track, cues)
        track.save()
    return track


def delete_track(track):
    """Remove `track` with its cues."""
    with transaction.atomic():
        track.delete()


def cut_track(track, *, end_ms):
    """Delete the cues of `track` that begin at or after `end_ms` (milliseconds)."""
    track.cues.filter(start_ms__gte=end_ms).delete()


def replace_embedded_tracks(video_file, tracks, *, version, keep_others=False):
    """Make the EmbeddedTracks `tracks` those that `video_file` has from its source `version`; uploaded ones stay.

    One with the same words as before keeps its row, and with it its address and what an editor said of it. With
    `keep_others` those that are not among `tracks` stay, too: not all of the source could be read this time. Returns
    False, and changes nothing, if the source has been replaced or deleted since.
    """
    with transaction.atomic():
        current = VideoFile.objects.select_for_update().filter(pk=video_file.pk, source_version=version)
        if not current.exists():
            return False
        embedded = video_file.text_tracks.filter(origin=TextTrack.Origin.EMBEDDED).order_by("pk")
        former = [(track, _words(track.cues.all())) for track in embedded]
        for found in tracks:
            words = _words(found.cues)
            kept = next((pair for pair in former if pair[1] == words), None)
            if kept:
                former.remove(kept)
                continue
            has_default = video_file.text_tracks.filter(is_default=True).exclude(pk__in=[old.pk for old, _ in former])
            add_track(
                video_file,
                found.cues,
                kind=found.kind,
                language=found.language,
                label=found.label,
                is_default=found.is_default and not has_default.exists(),
                is_hidden=found.is_hidden,
                origin=TextTrack.Origin.EMBEDDED,
            )
        for track, _former_words in () if keep_others else former:
            track.delete()
    return True


def _unset_default(video_file):
    TextTrack.objects.filter(video_file=video_file, is_default=True).update(is_default=False)


def _write_cues(track, cues):
    rows = (Cue(track=track, start_ms=cue.start_ms, end_ms=cue.end_ms, text=cue.text) for cue in cues)
    Cue.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _words(cues):
    return sorted((cue.start_ms, cue.end_ms, cue.text) for cue in cues)


def _one_line(label):
    return " ".join(str(label).split())[:MAX_LABEL_CHARACTERS]
