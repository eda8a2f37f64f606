"""`jobs run` does everything that is due; `jobs worker` does so again and again until it is stopped."""

import signal
import threading
from types import FrameType

import click
import structlog

from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.models.base import db
from portal.usecases import clock
from portal.usecases.jobs import JobReport, run_due

jobs = PortalGroup("jobs", help="到期该办的事：定时发布、期满封存、索引、排版、清除")
log = structlog.get_logger()

ROSTERS_A_ROUND = 1
"""The worker reads large rosters one by one: what is to be published or sealed meanwhile waits for one, not for all."""


@jobs.command("run")
@as_json
def run(as_json: bool) -> None:
    """办完现在到期的全部事项；重复运行不会重复办理。"""
    report = run_due(services(), now=clock.now)
    answer(_facts(report), _sentence(report), as_json=as_json)
    if report.failed:
        raise SystemExit(1)


@jobs.command("worker")
@click.option("--pause", default=2.0, show_default=True, help="两轮之间停几秒")
def worker(pause: float) -> None:
    """一直运行，每隔几秒办一轮，直到收到停止信号。"""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    while not stop.is_set():
        _round(stop)
        stop.wait(pause)


def _round(stop: threading.Event) -> None:
    """One round; what fails is told by its kind alone and tried again, so that the worker goes on."""
    try:
        run_due(services(), now=clock.now, stopped=stop.is_set, most_rosters=ROSTERS_A_ROUND)
    except Exception as error:  # noqa: BLE001 - the worker must outlive any single failure
        log.warning("worker.round_failed", kind=type(error).__name__)
    finally:
        db.session.remove()


def _facts(report: JobReport) -> dict[str, int]:
    return {
        "published": report.published,
        "sealed": report.sealed,
        "purged": report.purged,
        "done": report.done,
        "failed": report.failed,
    }


def _sentence(report: JobReport) -> str:
    return (
        f"定时发布{report.published}件，期满封存{report.sealed}件，清除{report.purged}项，"
        f"其余{report.done}项办完，{report.failed}项未成"
    )
