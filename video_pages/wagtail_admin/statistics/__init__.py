"""Statistics of one video, and reports about many.

video               statistics of one video
reports             reports by video and by day
video_rows          the lines of the report by video
report_table        rows and columns of both reports
visible_statistics  the videos whose statistics an editor may see
date_range          the days that an editor chooses
"""
