"""Prints in a process of its own, so that the worker's memory stays small and a long list can be given up."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.config import ROOT
from portal.domain.errors import PortalError, RefusedError
from portal.domain.messages import N_
from portal.printing.packing import pack
from portal.printing.papers import Paper

REFUSED = 3
"""The exit status with which `portal.printing.press` reports a refusal."""

TOO_LONG = N_("这份文件打印时间过长，已经停止。请稍后再试。")
FAILED = N_("这份文件没有打印成功（%(cause)s）。")


class PrintingFailedError(PortalError):
    """The printing process ended without a PDF; the text names the kind of failure, nothing of the paper."""


class PrintingTookTooLongError(PortalError):
    """The printing process was stopped after its time was over."""


def print_in_child(paper: Paper, *, fonts: Path | None, timeout_s: float) -> bytes:
    """The paper as PDF, printed by a child process that gets it through a pipe.

    Raises RefusedError for characters without a glyph, PrintingTookTooLongError after `timeout_s` seconds and
    PrintingFailedError for everything else.
    """
    # WeasyPrint copies fonts into a temporary folder, which a process that is stopped cannot clear itself.
    with tempfile.TemporaryDirectory(prefix="portal-fonts-") as scratch:
        command = [sys.executable, "-m", "portal.printing.press", scratch, *([str(fonts)] if fonts else [])]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command; the paper goes through the pipe
                command, input=pack(paper), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=timeout_s, cwd=ROOT, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise PrintingTookTooLongError(TOO_LONG) from None
    if done.returncode == 0 and done.stdout.startswith(b"%PDF"):
        return done.stdout
    raise _failure(done.returncode, done.stdout)


def _failure(status: int, output: bytes) -> PortalError:
    if status == REFUSED:
        refusal = json.loads(output)
        return RefusedError(refusal["text"], **refusal["params"])
    name = output.decode("ascii", "replace") if output.isalnum() else str(status)
    return PrintingFailedError(FAILED, cause=name)
