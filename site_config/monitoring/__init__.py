"""Log, errors, health and metrics of a running site, for operators.

logs        handlers, formats, and the removal of secrets
request_id  an id for each request
admin_mail  mail to ADMINS about errors
sentry      errors to Sentry
health      the answer to /healthz
metrics     `/metrics` for Prometheus
"""
