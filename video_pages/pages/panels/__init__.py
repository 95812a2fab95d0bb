"""What Wagtail's page editor shows of a video and of a section, and the forms that it sends.

protected_form       the form of every page: it takes nothing that the editor may not use
video_form           the form of a video
access               what opens the page; the processing of its file
processing_facts     context of `processing_facts.html`
processing_status    a job's state, progress and prospects
technical_facts      facts of a video file as rows of tables
video                chapters, and links to captions, poster and new version
order                link to the list in which a section's videos are arranged
sessions             who has access now
statistics           the last four weeks
shared_file_warning  warning about a file that several pages show
"""
