"""Numbers and statistics on the dashboard.

summary_items     the numbers at the top
statistics_panel  the panel about the last four weeks
invitations_panel  the panel about invitations in the last days
"""
