"""Statistics: of one video, as reports, on the dashboard; of what an editor may see."""
