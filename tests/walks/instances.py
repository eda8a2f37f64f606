"""A production instance of its own, filled by commands alone and served over real HTTP."""

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.samples import make_samples as samples
from tests.servers import Server, running
from tests.walks.forks import run_forked

CITY, COUNTY, TOWN = "济宁市民政局", "任城区民政局", "许庄街道办事处"
CLERK, REVIEWER, PUBLISHER = "zhang_san", "wang_wu", "zhao_liu"
CITY_CLERK = "li_si"
"""The clerk of the city bureau: the samples come from several counties."""


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Instance:
    """A scratch instance: its folder, its own temporary folder, and everything that its commands said on stderr."""

    home: Path
    database_url: str = ""
    said: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in (self.folder, self.temporary):
            folder.mkdir(parents=True)

    @property
    def folder(self) -> Path:
        return self.home / "instance"

    @property
    def temporary(self) -> Path:
        return self.home / "temporary"

    @property
    def settings(self) -> dict[str, str]:
        database = {"PORTAL_DATABASE_URL": self.database_url} if self.database_url else {}
        return {"PORTAL_INSTANCE": str(self.folder), "TMPDIR": str(self.temporary), **database}

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "SITE_"))}
        return {**kept, **self.settings}

    def command(self, *words: str | Path, succeeds: bool = True, **more: str) -> dict[str, Any]:
        """Run a command with --json and give back its one object; its exit code is 0 or 1 as expected."""
        done = run_forked(["flask", "--app", "wsgi", *map(str, words), "--json"], {**self.environment, **more})
        self.said += [done.stderr, done.stdout]
        assert done.returncode == (0 if succeeds else 1), (words[:2], done.returncode, done.stderr[-800:].decode())
        facts = json.loads(done.stdout)
        assert isinstance(facts, dict)
        return facts

    @contextmanager
    def served(self, *, worker: bool = True, **more: str) -> Iterator[Server]:
        """Server and worker as `make run` starts them."""
        settings = {**self.settings, **more, "PORTAL_WORKER": "1" if worker else "0"}
        del settings["PORTAL_INSTANCE"]
        with running(self.folder, **settings) as server:
            yield server

    @property
    def log(self) -> bytes:
        """What server and worker wrote."""
        return (self.home / "server.log").read_bytes()


def found(home: Path, database_url: str = "") -> Instance:
    """From `init` to the people of three steps, by commands."""
    made = Instance(home, database_url)
    made.command("init")
    phones = ("--hotline", "0537-2967000", "--duty-phone", "0537-2967001", "--address", "济宁市示例路1号")
    made.command("offices", "set", CITY, *phones)
    made.command("offices", "set", COUNTY, *phones)
    made.command("offices", "set", TOWN, *phones)
    hired = (
        (CLERK, "张三", TOWN, "drafter"),
        (CITY_CLERK, "李四", CITY, "drafter"),
        (REVIEWER, "王五", CITY, "reviewer"),
        (PUBLISHER, "赵六", CITY, "publisher"),
    )
    for username, name, office, role in hired:
        made.command("staff", "add", username, "--name", name, "--office", office, "--role", role)
    return made


def import_list(
    instance: Instance,
    path: Path,
    kind: str,
    program: str,
    division: str,
    *extra: str,
    succeeds: bool = True,
    by: str = CITY_CLERK,
) -> dict[str, Any]:
    """`notices import` with everything it needs."""
    what = ("--kind", kind, "--program", program, "--division", division)
    return instance.command("notices", "import", path, *what, "--by", by, *extra, succeeds=succeeds)


def import_clean(instance: Instance) -> str:
    """The clean list, handed in by the township's clerk; its number."""
    facts = import_list(instance, samples.CLEAN, "first_review", "subsistence_allowance", "370811002", by=CLERK)
    return str(facts["number"])


def make_public(instance: Instance, number: str, clerk: str = CLERK) -> dict[str, Any]:
    """Three steps by three people; what the last one told."""
    for verb, username in (("submit", clerk), ("review", REVIEWER), ("publish", PUBLISHER)):
        facts = instance.command("notices", verb, number, "--by", username)
    return facts


def get(base: str, path: str, **headers: str) -> Answer:
    """One page, whatever its status."""
    request = urllib.request.Request(urljoin(base, path), headers=headers)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if name in {"href", "src", "action"} and value]


def crawl(base: str, *starts: str, most: int = 150) -> dict[str, Answer]:
    """Every public answer that links lead to, breadth first; the desk and the style sheets are left alone."""
    seen: dict[str, Answer] = {}
    waiting = list(starts)
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or re.match(r"(/en)?/(desk|static|modes)", path):
            continue
        answer = seen[path] = get(base, path)
        if "html" in answer.headers.get("Content-Type", "") or "xml" in answer.headers.get("Content-Type", ""):
            waiting += [one for one in _internal(base, path, answer.text) if one not in seen]
    return seen


def _internal(base: str, path: str, text: str) -> Iterator[str]:
    links = _Links()
    links.feed(text)
    locations = re.findall(r"<loc>([^<]+)</loc>", text)
    for href in (*links.found, *locations):
        parts = urlsplit(urljoin(urljoin(base, path), href))
        if f"{parts.scheme}://{parts.netloc}" == base:
            yield parts.path + (f"?{parts.query}" if parts.query else "")
