"""Core: helpers that every other package may use. It imports none of them.

clock           the database's clock, which all servers share
site_time       moments and days in the time zone of the site
request_id      the id of a request, for the log
metrics         numbers for Prometheus
connections     close database connections before a request ends
repeated_errors errors of work that is tried again, each logged once
rounds          a thread that repeats a piece of work while there is some
prepared        queries whose SQL is compiled once for a process
path_range      the pages below another, found by an index
replica         reads of statistics from a replica of PostgreSQL
planner         statistics of SQLite's tables
compat          private APIs of Django that `prepared` uses
whole_numbers   parse whole numbers in requests
ordering        order rows whose column may be empty
natural_order   sort names as people expect: 2 before 10
timecodes       parse and format positions in a video; the form field for them
humanize        format times, durations and percentages for people
typography      join sentences, labels and lists as the language writes them; the language of titles
one_page        rows about exactly one page: a video or a section
page_protocols  what packages below `pages` may rely on of a page
user_agents     browser family and kind of device, as the client states them; bots
actions         the base of actions, which check a right, act and log
log_actions     what the history of a page records
rights          names of rights beside those of Wagtail
privileges      compare the rights of two users
signals         a signal about what `queryset.update()` wrote to pages
file_locks      locks of the operating system on files
disk_space      errors that say that a disk is full
all_languages   texts that an owner has left as they were made, in the reader's language
foreign_texts   texts of wagtailmedia that this project translates
lazy_texts      texts with placeholders that are translated when they are shown
mail_errors     errors of mail servers
site_names      the name of a site for people outside
scripts         ES modules in form media
"""
