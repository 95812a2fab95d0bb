"""The earlier name of the command `video_statistics`."""

from video_pages.management.commands import video_statistics


class Command(video_statistics.Command):
    help = "The earlier name of video_statistics, kept for scripts."
