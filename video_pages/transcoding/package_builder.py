"""The package that is made for one job: its renditions so far, and how it goes live."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_pages.library import digests, packages, paths, services
from video_pages.library.models import Rendition, VideoFile
from video_pages.library.packages import MadeRendition
from video_pages.transcoding import hls, probe
from video_pages.transcoding.claims import JobLost
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.lease_renewal import LeaseRenewal
from video_pages.transcoding.models import ProcessingJob


@dataclass
class PackageBuilder:
    """Collects the files and the Rendition rows of the package of one job.

    `is_held_back` means that visitors have a complete package of the same source, so that this one goes live only when
    it is complete too.
    """

    job: ProcessingJob
    facts: Facts
    package: str
    renewal: LeaseRenewal
    is_held_back: bool = False
    renditions: list[Rendition] = field(default_factory=list)
    progressive_name: str = ""
    notes: list[str] = field(default_factory=list)
    """Sentences for editors about content of the source that was left out or repaired."""

    @property
    def video_file(self) -> VideoFile:
        return self.job.video_file

    def record_facts(self, facts: Facts) -> None:
        """Keep `facts` and write them to the row of the video file. Raises JobLost."""
        self.facts = facts
        version = self.job.source_version
        if not self.renewal.persist(lambda: services.record_facts(self.video_file, facts, version=version)):
            raise JobLost(self.job.pk)

    def record_digest(self, source: Path) -> None:
        """Compute the digest of the local copy `source` and write it, if the video file has none.

        An upload that went straight to a bucket is read here for the first time. Raises JobLost.
        """
        if self.video_file.sha256:
            return
        with open(source, "rb") as stream:
            digest = digests.sha256_of(stream, on_block=self.renewal)
        self.renewal.persist(lambda: digests.record_digest(self.video_file, digest))

    def keep(self, made: Sequence[MadeRendition]) -> None:
        """Move the MadeRenditions `made` into the package and write the playlists of all its renditions."""
        for rendition in made:
            text = hls.write(hls.playlist_of(rendition), media=paths.media_of(rendition.name))
            self.renditions.append(
                packages.keep_rendition(
                    self.video_file, self.package, rendition, playlist_text=text, on_tick=self.renewal
                )
            )
        listed = [rendition for rendition in self.renditions if rendition.kind != "progressive"]
        if listed:
            master = hls.write_master(listed, folder=f"../{self.package}")
            packages.keep_text(self.video_file, self.package, paths.MASTER_PLAYLIST, master)

    def keep_progressive(self, path: Path, filename: str) -> None:
        """Move the progressive MP4 at `path` into the package as `filename`."""
        rendition = MadeRendition(filename.removesuffix(".mp4"), "progressive", path, codecs="")
        # A better one replaces the first; `go_live` removes the file of the first.
        self.renditions = [row for row in self.renditions if row.kind != "progressive"]
        kept = packages.keep_rendition(self.video_file, self.package, rendition, on_tick=self.renewal)
        self.renditions.append(kept)
        self.progressive_name = paths.made_name(self.video_file.uuid, self.package, filename)

    def require_whole_source(self) -> None:
        """Raise probe.UnreadableMedia if the source has changed its size: its end may be missing in the package."""
        size, known = self.video_file.file.size, self.video_file.size_bytes
        if known and size != known:
            raise probe.UnreadableMedia("damaged", f"{size} of {known} bytes are in the library")

    def go_live(self, **columns: Any) -> None:
        """Make this package live, with `columns` of the VideoFile. Raises JobLost and probe.UnreadableMedia."""
        self.require_whole_source()
        now = self.renewal.now()
        is_live = self.renewal.persist(
            lambda: packages.go_live(
                self.video_file,
                self.package,
                self.renditions,
                version=self.job.source_version,
                confirm=lambda: self.renewal.confirm(now),
                progressive_name=self.progressive_name,
                has_alternate_audio=any(rendition.kind == "audio" for rendition in self.renditions),
                **services.live_values(self.facts),
                **columns,
            )
        )
        if not is_live:
            raise JobLost(self.job.pk)

    def is_live(self) -> bool:
        """Return True if this package is live now."""
        return VideoFile.objects.filter(pk=self.video_file.pk, package=self.package).exists()
