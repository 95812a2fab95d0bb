"""The package that is being made for one job: what is kept in it, and how it goes live."""

import os
from dataclasses import dataclass, field

from video_pages.library import packages, paths, services
from video_pages.transcoding import hls, probe
from video_pages.transcoding.claims import JobLost


@dataclass
class PackageBuilder:
    """The package being made for one job: what is kept of it so far, and what visitors were given before."""

    job: object
    facts: object
    package: str
    renditions: list
    beat: object
    progressive_name: str = ""
    is_held_back: bool = False
    notes: list = field(default_factory=list)
    """Sentences for the editor about what could not be taken over from the source."""

    @property
    def video_file(self):
        return self.job.video_file

    def keep(self, made):
        """Move the MadeRenditions `made` into the package and write the playlists over all that it holds now."""
        for rendition in made:
            text = hls.write(rendition.playlist, media=paths.media_of(rendition.name))
            self.renditions.append(
                packages.keep_rendition(self.video_file, self.package, rendition, playlist_text=text, on_tick=self.beat)
            )
        listed = [rendition for rendition in self.renditions if rendition.kind != "progressive"]
        if listed:
            master = hls.write_master(listed, folder=f"../{self.package}")
            packages.keep_text(self.video_file, self.package, paths.MASTER_PLAYLIST, master)

    def keep_progressive(self, path, filename):
        """Move the progressive MP4 at `path` into the package as `filename`; return its name in protected storage."""
        name = filename.removesuffix(".mp4")
        rendition = packages.MadeRendition(name, "progressive", path, codecs="")
        # A better one takes the place of the first; `go_live` has the file of that removed.
        self.renditions = [row for row in self.renditions if row.kind != "progressive"]
        kept = packages.keep_rendition(self.video_file, self.package, rendition, on_tick=self.beat)
        self.renditions.append(kept)
        return paths.made_name(self.video_file.uuid, self.package, filename)

    def require_whole_source(self):
        """Refuse a source that is not as long as it was: what was made of it may lack its end."""
        size, known = os.path.getsize(self.video_file.file.path), self.video_file.size_bytes
        if known and size != known:
            raise probe.UnreadableMedia("damaged", f"{size} of {known} bytes are in the library")

    def go_live(self, **fields):
        """Give visitors this package, with `fields` of the VideoFile. Raises JobLost and probe.UnreadableMedia."""
        self.require_whole_source()
        sounds = [rendition for rendition in self.renditions if rendition.kind == "audio"]
        now = self.beat.now()
        went = self.beat.persist(
            lambda: packages.go_live(
                self.video_file,
                self.package,
                self.renditions,
                version=self.job.source_version,
                confirm=lambda: self.beat.confirm(now),
                progressive_name=self.progressive_name,
                has_alternate_audio=bool(sounds),
                **services.live_values(self.facts),
                **fields,
            )
        )
        if not went:
            raise JobLost(self.job.pk)

    def is_live(self):
        """True if visitors are given this package now."""
        return type(self.video_file).objects.filter(pk=self.video_file.pk, package=self.package).exists()
