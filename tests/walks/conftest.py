"""Instances that begin with `init`: founded once, copied for every test; on PostgreSQL founded for each."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.costs import full_costs
from tests.databases import SERVER, empty_database
from tests.walks.instances import Instance, found


@pytest.fixture(autouse=True)
def _full_costs() -> Iterator[None]:
    with full_costs():
        yield


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """An instance with offices and people, and no notice yet."""
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def instance(tmp_path: Path, request: pytest.FixtureRequest, worker_id: str) -> Iterator[Instance]:
    """An instance of one's own on the database under test."""
    home = tmp_path / "home"
    if SERVER:
        with empty_database(tmp_path, worker_id) as url:
            yield found(home, url)
        return
    made = Instance(home)
    shutil.copytree(request.getfixturevalue("founded").folder, made.folder, dirs_exist_ok=True)
    yield made
