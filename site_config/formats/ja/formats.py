"""Japanese dates and times: with 24 hours, as browsers write them in `local_time.js`."""

DATE_FORMAT = "Y年n月j日"  # 2026年11月29日
TIME_FORMAT = "H:i"  # 20:05
DATETIME_FORMAT = "Y年n月j日 H:i"
MONTH_DAY_FORMAT = "n月j日"
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
