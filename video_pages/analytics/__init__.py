"""Analytics: views and unlocks are counted as they happen, summed by day, and queried in one place.

models             raw rows of views and unlocks, and sums by day
invitation_models  downloads by viewers of invitations
site_models        sums of the whole site by day
services           write a view, an attempt at a password
recording          write the reports of players, many in one transaction
page_models        the managers of page models
viewers            the digest that makes a browser one viewer for one day
watch_reports      parse the reports that a player sends
day_bounds         where a day begins and ends
totals             the numbers that statistics consist of, and their addition
watching           the watched parts of each version of a video
raw                sums over the raw rows of one day
locking            lock what a deletion changes, in the order of all other writers
site_days          the sums of the whole site by day, repeated from those of its pages
rollup             store sums by day; remove raw rows and salts
scope              the subject of a question: the site, a section, videos
statistics         every question about statistics
most_viewed        the videos with most views in a period
ranking            one number of each video in a period, to sort by
recent             views of the last weeks, for lists of many videos
places             how far browsers with open access have come
invitations        what the viewers of invitations have watched
erasing            erase statistics on request
charts             geometry of charts; templates draw them as SVG
"""
