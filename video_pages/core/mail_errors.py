"""Errors of mail servers."""

import smtplib

OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError)
"""Errors that say nothing about the next mail: its recipient, its content or its address was refused."""
