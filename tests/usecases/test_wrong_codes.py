"""A wrong query code costs what a right one costs: one run of argon2id, whether it is misspelt, unknown or nothing."""

from datetime import datetime

import pytest

from portal.domain.errors import InvalidError
from portal.sealing.query_codes import CodeKeys, derive, new_code
from portal.usecases import progress_sessions
from portal.usecases.progress_sessions import open_progress
from portal.usecases.services import Services
from tests.usecases.cases import hand_in


def test_every_code_is_derived_exactly_once(services: Services, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    handed, derived = hand_in(services, at=at), list[str]()

    def counted(code: str, pepper: bytes) -> CodeKeys:
        derived.append(code)
        return derive(code, pepper)

    monkeypatch.setattr(progress_sessions, "derive", counted)
    said = set()
    for typed in (new_code().digits, handed.code.digits[::-1], "12345678901234567890", "郑十一", ""):
        with pytest.raises(InvalidError) as refused:
            open_progress(typed, "192.0.2.7", at=at, services=services)
        said.add(repr(refused.value.fields["code"]))
    assert (len(derived), len(said)) == (5, 1)
    open_progress(handed.code.digits, "192.0.2.7", at=at, services=services)
    assert len(derived) == 6
