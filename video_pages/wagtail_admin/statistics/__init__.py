"""Statistics of one video, and reports over many.

video       statistics of one video
reports     reports by video and by day
scope       whose statistics an editor may see
date_range  from which day to which
"""
