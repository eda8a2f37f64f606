"""Median CPU seconds, size and memory of printing notices of 20, 200 and 3 000 rows, each in a fresh process.

Run from the top of the repository: `.venv/bin/python -m bench.print_notices [RUNS]`.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time

from portal.printing.packing import pack
from tests.printing import samples

SIZES = {20: 1, 200: 8, 3000: 40}


def measured(rows: int, villages: int) -> tuple[float, float, int]:
    """CPU seconds of the child, seconds on the clock, bytes of the PDF."""
    paper = pack(samples.notice(rows, villages))
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "portal.printing.press", tempfile.gettempdir()]
    done = subprocess.run(command, input=paper, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - started, len(done.stdout)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print("rows   CPU s   wall s   kB")
    for rows, villages in SIZES.items():
        results = [measured(rows, villages) for _ in range(runs)]
        cpu, wall, size = (statistics.median(column) for column in zip(*results, strict=True))
        print(f"{rows:5d}  {cpu:6.2f}  {wall:6.2f}  {size / 1000:5.0f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
