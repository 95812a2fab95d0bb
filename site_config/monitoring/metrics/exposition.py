"""The text that Prometheus reads: the sums of all processes of this server, and the state of the site."""

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from site_config.environment import env
from site_config.monitoring.metrics import pools
from site_config.monitoring.metrics.state import SiteState
from video_pages.core import metrics

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ATTEMPTS = 3


def text() -> bytes:
    """Return all numbers in Prometheus's text format, version 0.0.4."""
    metrics.tally.flush()
    folder = env.metrics_folder()
    registry = CollectorRegistry() if folder else metrics.REGISTRY
    state: Collector = SiteState()
    own = CollectorRegistry()
    own.register(state)
    if folder:
        registry.register(MultiProcessCollector(None, folder))  # type: ignore[no-untyped-call]
    return _latest(registry) + generate_latest(own)


def _latest(registry: CollectorRegistry) -> bytes:
    """Return the text of `registry`. A file may change its name while it is read (`files.release`): try again."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return generate_latest(registry)
        except FileNotFoundError:
            continue
    return generate_latest(registry)


metrics.tally.samplers.append(pools.sample)
