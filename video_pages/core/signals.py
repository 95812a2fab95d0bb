"""Signals about pages that no model sends: what `queryset.update()` wrote."""

from django.dispatch import Signal

pages_updated = Signal()
"""Sent after `queryset.update()` changed where pages are listed or when they end, in the same transaction.

`sender` is their model, `page_ids` a list of their ids. Django sends no signal for such an update.
"""
