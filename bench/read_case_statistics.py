"""CPU milliseconds of the pages with figures of cases: `python -m bench.read_case_statistics [CASES] [ROUNDS]`.

200 000 cases of two years are laid into a sample instance and counted; the pages read sums alone. Medians of warm hits.
"""

import sys
import tempfile
import time
from datetime import timedelta

from bench.read_pages import cpu_ms, sample_instance
from portal.models.base import db
from portal.usecases import clock
from portal.usecases.case_statistics import count_cases
from tests.usecases.many_cases import lay_cases

DAYS = 730
PAGES = ("/", "/cases/", "/cases/statistics", "/cases/statistics.csv", "/cases/statistics-rates.csv")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    with tempfile.TemporaryDirectory() as folder:
        app = sample_instance(folder)
        with app.app_context():
            lay_cases(count, since=clock.now() - timedelta(days=DAYS), days=DAYS)
            for name in ("counting everything", "counting nothing new"):
                before = time.process_time()
                looked_at = count_cases(app.extensions["portal"], at=clock.now())
                print(f"{name}: {looked_at} cases, {time.process_time() - before:.2f} CPU s")
            db.session.remove()
        print("page                          rendered ms  kept ms")
        for path in PAGES:
            rendered, kept = (cpu_ms(app, path, rounds, kept=which) for which in (False, True))
            print(f"{path:28s}  {rendered:10.2f}  {kept:7.2f}")


if __name__ == "__main__":
    main()
