"""The Videos listing: every video that an editor may see.

videos          the list
columns         its columns, and the choice of them
filters         its filters
access_filters  filters by what opens a video and until when
export          the list as a spreadsheet
"""
