"""Dutch dates and times: short and with 24 hours, as browsers write them in `local_time.js`."""

DATE_FORMAT = "j b Y"  # 29 nov 2026
TIME_FORMAT = "H:i"  # 20:05
DATETIME_FORMAT = "j b Y, H:i"
MONTH_DAY_FORMAT = "j b"
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
