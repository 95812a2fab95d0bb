"""The Videos listing: all videos that an editor may see.

videos          the list
columns         its columns, and the choice of columns
order           its order, in parts that indexes answer
filters         its filters
access_filters  filters by the access of a video and its end date
export          the list as a spreadsheet
"""
