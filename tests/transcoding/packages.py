"""The content of a package, in a form that a test can compare with that of another one."""

from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.transcoding import encoders


def made_of(video_file):
    """The files of the live package: {name: SHA-256} of the renditions, and the names of all its files."""
    folder = paths.package_directory(video_file.uuid, video_file.package)
    return dict(video_file.renditions.values_list("name", "sha256")), sorted(protected_storage().listdir(folder)[1])


def texts_of(video_file):
    """The playlists of the live package, without the name of the package."""
    folder = paths.package_directory(video_file.uuid, video_file.package)
    names = [name for name in protected_storage().listdir(folder)[1] if name.endswith((".m3u8", ".vtt"))]
    return {name: _text(f"{folder}/{name}").replace(video_file.package, "") for name in names}


def _text(name):
    with protected_storage().open(name) as file:
        return file.read().decode()


def encode_with_one_thread(monkeypatch):
    """Have each video encoded by one thread.

    With more, the cap of x264 depends on how far its other threads are: its bytes differ from run to run.
    """
    several = encoders.arguments
    monkeypatch.setattr(encoders, "arguments", lambda rungs: [*several(rungs), "-threads:v", "1"])
