"""`/metrics` for Prometheus: read from the database at every scrape, right with any number of processes."""

from collections.abc import Iterable

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from portal.queries.metrics import Metrics, metrics
from portal.usecases import clock
from portal.web.access import public

blueprint = Blueprint("metrics", __name__)


class PortalCollector(Collector):
    """The figures of one scrape."""

    def __init__(self, found: Metrics) -> None:
        self.found = found

    def collect(self) -> Iterable[Metric]:
        """Give every figure with its name and unit."""
        states = GaugeMetricFamily("portal_revisions", "Revisions by state", labels=["state"])
        for state, count in self.found.revisions.items():
            states.add_metric([str(state)], count)
        yield states
        for name, words, value in (
            ("portal_withdrawn", "Publications withdrawn", self.found.withdrawn),
            ("portal_work_waiting", "Pieces of due work not done", self.found.work_waiting),
            ("portal_work_failed", "Pieces of due work that failed before", self.found.work_failed),
            ("portal_oldest_work_seconds", "Age of the oldest due work", self.found.oldest_work_s),
            ("portal_unsealed_seconds", "How long an ended list has waited for sealing", self.found.unsealed_s),
            ("portal_unconfirmed_places", "Posting places without a recorded posting", self.found.unconfirmed_places),
            ("portal_reviews_waiting", "Hidden rows that wait for their review", self.found.reviews_waiting),
            ("portal_rosters_waiting", "Large rosters not read to their end", self.found.rosters_waiting),
            ("portal_oldest_roster_seconds", "Age of the oldest of them", self.found.oldest_roster_s),
        ):
            yield GaugeMetricFamily(name, words, value=value)


@blueprint.get("/metrics")
@public
def scrape() -> Response:
    """Tell a monitor how much waits; counts only."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(PortalCollector(metrics(at=clock.now())))
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response
