"""A real portal and a real browser: pages are walked without JavaScript and judged by axe in a copy that has it.

axe is itself a script and hangs where scripts are off. So each page's content is replayed at its own address in a
second context with JavaScript, and axe judges the replay.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from tests.servers import Server, running

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
WIDTHS = {"phone": 360, "desk": 1280}
HEIGHT = 800
MOST_STOPS = 200
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {
    place: [...document.querySelectorAll("*")].indexOf(at),
    mark: at.id || at.name || at.textContent.trim().slice(0, 30),
    seen: (drawn || style.boxShadow !== "none") && box.width > 0 && box.height > 0,
  };
}"""
"""What has the focus: its place in the document, what it is called, and whether one sees that it has it."""


@dataclass
class Walk:
    """One person's way through the site, with what went wrong on it."""

    base: str
    page: Page
    judge: Page
    faults: list[str] = field(default_factory=list)

    def visit(self, path: str) -> Page:
        """Go to an address of the site and look at the page."""
        answer = self.page.goto(f"{self.base}{path}")
        assert answer
        assert answer.status < 400, f"{path}: {answer.status}"
        self.look()
        return self.page

    def look(self) -> None:
        """Judge the page that is open now: axe, its width, its console."""
        self.faults += [f"{self.page.url}: {fault}" for fault in self._judge()]
        assert not self.faults, "\n".join(self.faults)

    def press(self, name: str) -> Page:
        """Press the button of that name and look at the page that follows."""
        self.page.get_by_role("button", name=name).first.click()
        self.look()
        return self.page

    def follow(self, name: str) -> Page:
        """Follow the link of that name and look at the page that follows."""
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.look()
        return self.page

    def tab_through(self) -> list[str]:
        """Press Tab until the focus has left the page; the marks of every stop, in the order of the keyboard.

        The focus must be seen at every stop, and must go down the page as the eye does.
        """
        stops: list[dict[str, Any]] = []
        self.page.evaluate("document.activeElement && document.activeElement.blur()")
        while len(stops) < MOST_STOPS:
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(FOCUS)
            if stop is None or (stops and stop["place"] <= stops[0]["place"]):
                break
            stops.append(stop)
        places = [stop["place"] for stop in stops]
        assert places == sorted(places), f"{self.page.url}: the keyboard jumps about: {stops}"
        unseen = [stop["mark"] for stop in stops if not stop["seen"]]
        assert not unseen, f"{self.page.url}: the focus cannot be seen at {unseen}"
        return [stop["mark"] for stop in stops]

    def on_console(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains about; the security policy speaks here too."""
        if message.type == "error" or "Content Security Policy" in message.text:
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def _judge(self) -> Iterator[str]:
        self.page.wait_for_load_state()  # a redirect may have come without its page yet
        url, body = self.page.url, self.page.content()

        def replay(route: Route) -> None:
            if route.request.is_navigation_request():
                route.fulfill(body=body, content_type="text/html; charset=utf-8")
            else:
                route.continue_()

        self.judge.set_viewport_size(self.page.viewport_size or {"width": 1280, "height": HEIGHT})
        self.judge.route("**/*", replay)
        self.judge.goto(url)
        found = Axe().run(self.judge, options=RULES).response["violations"]
        wide = self.judge.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.judge.unroute("**/*")
        if wide > 0:
            yield f"{wide} px wider than the window"
        for violation in found:
            nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            yield f"axe {violation['id']}: {violation['help']}: {nodes}"


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A fresh portal, filled as a first `make run` fills it."""
    with running(tmp_path_factory.mktemp("portal") / "instance", PORTAL_REQUIRE_TOTP="0") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def empty_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A portal that began with `init`: divisions and county offices, and nobody who works there yet."""
    instance = tmp_path_factory.mktemp("empty") / "instance"
    with running(instance, demo=False, PORTAL_REQUIRE_TOTP="0") as server:
        yield server


@pytest.fixture
def walk_on(browser: Browser) -> Iterator[Callable[..., Walk]]:
    """Start walks without JavaScript on a portal: `walk_on(server, width=360)`; call it once for each person."""
    contexts = []

    def start(server: Server, width: int = WIDTHS["desk"]) -> Walk:
        plain = browser.new_context(
            java_script_enabled=False, viewport={"width": width, "height": HEIGHT}, locale="zh-CN"
        )
        scripted = browser.new_context(locale="zh-CN")
        contexts.extend((plain, scripted))
        made = Walk(server.base, plain.new_page(), scripted.new_page())
        made.page.on("console", made.on_console)
        return made

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def walk(portal: Server, walk_on: Callable[..., Walk]) -> Callable[..., Walk]:
    """Start walks on the portal with sample data."""
    return partial(walk_on, portal)


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where a journey may leave its pictures."""
    return tmp_path
