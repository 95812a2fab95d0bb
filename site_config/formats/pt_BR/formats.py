"""Dates and times of Brazil: short and with 24 hours, as browsers write them in `local_time.js`."""

DATE_FORMAT = r"j \d\e b. \d\e Y"  # 29 de nov. de 2026
TIME_FORMAT = "H:i"  # 20:05
DATETIME_FORMAT = r"j \d\e b. \d\e Y, H:i"
MONTH_DAY_FORMAT = r"j \d\e b."
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
