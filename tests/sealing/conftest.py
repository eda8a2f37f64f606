from collections.abc import Iterator

import pytest

from tests.costs import full_costs


@pytest.fixture(autouse=True)
def _full_costs() -> Iterator[None]:
    with full_costs():
        yield
