import json

from flask import Flask

from portal.domain.desk_keys import DeskKind
from portal.models.base import db
from portal.models.transaction import transaction
from portal.usecases import clock
from portal.usecases.account_keys import keep_pair, new_account_pair, new_lock
from portal.usecases.desk_keys import make_offline_key, open_desk
from tests.cast import COUNTY_DISCIPLINE, PASSWORD, Cast


def test_desks_are_listed_with_their_holders_and_a_warning(app: Flask):
    with app.app_context():
        cast, at = Cast.of(db.session()), clock.now()
        with transaction() as session:
            keep_pair(session, new_account_pair(cast.chen_er.account_id, new_lock(PASSWORD)), at=at)
            paper = make_offline_key(session, cast.chu_san.office_id, at=at)
        opened = open_desk(cast.chen_er, cast.chen_er.office_id, DeskKind.DISCIPLINE, at=at)
        db.session.remove()
    runner = app.test_cli_runner()
    listed = json.loads(runner.invoke(args=["desks", "list", "--json"]).stdout)["desks"]
    assert [(one["kind"], one["offline"], one["holders"], one["too_few_holders"]) for one in listed] == [
        ("discipline", True, [], False),
        ("discipline", False, ["chen_er"], True),
    ]
    words = runner.invoke(args=["desks", "list", "--by", "chen_er"]).stdout
    assert words.count("\n") == 1
    assert COUNTY_DISCIPLINE in words
    assert "不足两人" in words
    assert paper is not None
    assert paper.words not in words + opened.words
