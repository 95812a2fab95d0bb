"""Numbers and statistics on the dashboard.

summary_items     the numbers at the top
statistics_panel  the panel about the last four weeks
schedule_panel    the panel with pages that could not be published on their dates
invitations_panel  the panel about invitations in the last days
"""
