"""Numbers and statistics on the dashboard.

summary_items     numbers at the top
statistics_panel  the last four weeks
"""
