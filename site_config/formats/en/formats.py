"""English dates and times: as browsers write them in `local_time.js`, with 24 hours, as in Wagtail's panels."""

DATE_FORMAT = "M j, Y"  # Nov 29, 2026
TIME_FORMAT = "H:i"  # 20:05
DATETIME_FORMAT = "M j, Y, H:i"
MONTH_DAY_FORMAT = "M j"
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
