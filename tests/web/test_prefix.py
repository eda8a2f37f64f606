"""The whole site as a column (专栏) of the bureau's own site: no address leads out of the prefix."""

from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine

from portal.usecases import clock, papers
from portal.usecases.jobs import run_due
from portal.usecases.services import Services
from tests.cast import Cast
from tests.conftest import AppFactory
from tests.usecases.lists import people, published
from tests.web.test_gate import Links

COLUMN = "/zt/shjz"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LEFT_OUT = (f"{COLUMN}/places/3708", f"{COLUMN}/static/")


@pytest.fixture(autouse=True)
def quick_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "print_in_child", lambda paper, **_: b"%PDF-" + paper.url.encode())


def test_every_address_of_the_site_stays_under_the_prefix(make_app: AppFactory, services: Services, cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        number = published(services, cast, at=NOW, rows=people(230))
        run_due(services, now=clock.now)
        client = make_app(PUBLIC_URL=f"https://mzj.example.gov.cn{COLUMN}").test_client()
        seen: dict[str, int] = {}
        todo = [f"{COLUMN}/", f"{COLUMN}/notices/{number}", f"{COLUMN}/desk/"]
        strays = []
        while todo and len(seen) < 80:
            path = todo.pop(0)
            if path in seen or path.startswith(LEFT_OUT):
                continue
            answer = client.get(path)
            seen[path] = answer.status_code
            links = Links()
            links.feed(answer.text if answer.mimetype == "text/html" else "")
            for href in [*links.found, *filter(None, [answer.location])]:
                parts = urlsplit(urljoin(f"https://mzj.example.gov.cn{path}", href))
                if parts.netloc == "mzj.example.gov.cn":
                    strays += [f"{path}: {href}"] if not parts.path.startswith(f"{COLUMN}/") else []
                    todo.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    assert strays == []
    assert set(seen.values()) <= {200, 303}
    assert len(seen) > 20
