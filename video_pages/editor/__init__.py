"""What the page editor shows of a video and of a section, and the form that it sends.

page_form         Wagtail's form of a video, with what it may not lose
panels            what opens this page, and what has become of its file
session_panel     who has access now
statistics_panel  the last four weeks
order_panel       the way to the list in which films are dragged into order
film_panels       chapters, and the ways to captions and poster
processing_facts  what is shown of a file's processing, here and on the screens of video files
processing_words  a job's state, progress and prospects, in words
technical_facts   what a file is and what was made of it, as rows of tables
weaker_gate       a file on several pages is as well kept as the weakest gate among them
"""
