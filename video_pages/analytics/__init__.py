"""Who watched, in numbers: views and unlocks are counted as they happen, summed by day, and asked about in one place.

    services    what is written as it happens: a view, a beat of the player, a typed password
    viewers     the digest by which one browser is one viewer for one day
    beats       what a player tells of itself, read and never trusted
    days        where a day begins and ends
    watching    how far people watched, told apart by film
    raw         the sums of one day's raw rows
    rollup      days summed for good, raw rows and salts removed
    figures     the questions, and the only place that answers them
    recent      views of the last weeks, for lists of many videos
    erasing     figures forgotten on request
"""
