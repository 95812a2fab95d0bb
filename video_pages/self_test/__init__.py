"""Self-test: request the site's addresses over HTTP as a stranger, and compare the answers with what one may get.

models     SelfTestRun: one run and its rows, kept for the screen and the dashboard
base       the address that is asked: only one of the site's own
client     one request of a stranger, bounded in time and size
facts      what a stranger may get of each video, read from rows without the code that lists and serves pages
addresses  the addresses of a video, of the lists and of the admin, and the answer that each should give
judging    compare an answer with what was expected
running    choose the videos, ask in threads, within a time
keeping    the runs that a worker makes: when somebody has asked for one, and each night
"""
