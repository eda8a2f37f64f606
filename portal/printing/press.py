"""The printing process: `python -m portal.printing.press SCRATCH [FONTS]` reads a packed paper and writes a PDF.

SCRATCH takes copies of fonts and is cleared by the parent.

It exits 0 with the PDF, 3 with the refusal as JSON, 4 with the name of what went wrong; it never writes a value of the
paper anywhere else: no traceback, no log, no file, no core dump.
"""

import gc
import json
import logging
import resource
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from portal.domain.errors import RefusedError
from portal.printing.packing import unpack
from portal.printing.printer import print_paper

REFUSED, FAILED = 3, 4


def run(arguments: list[str], source: BinaryIO, target: BinaryIO) -> int:
    """Print one paper from `source` to `target` and return the exit status; `arguments` as on the command line."""
    scratch, *folders = arguments
    tempfile.tempdir = scratch
    fonts = Path(folders[0]) if folders else None
    try:
        target.write(print_paper(unpack(source.read()), fonts=fonts))
    except RefusedError as refusal:
        text, params = refusal.message.text, dict(refusal.message.params)
        target.write(json.dumps({"text": text, "params": params}).encode())
        return REFUSED
    except BaseException as failure:  # noqa: BLE001 - nothing of the paper may reach a traceback
        target.write(type(failure).__name__.encode())
        return FAILED
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    gc.disable()
    status = run(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
    gc.freeze()  # Nothing is left to collect for at the end of the process.
    sys.exit(status)
