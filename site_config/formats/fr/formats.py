"""French dates and times: short and with 24 hours, as browsers write them in `local_time.js`."""

DATE_FORMAT = "j N Y"  # 2 déc. 2026
TIME_FORMAT = "H:i"  # 20:05
DATETIME_FORMAT = "j N Y, H:i"
MONTH_DAY_FORMAT = "j N"
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
