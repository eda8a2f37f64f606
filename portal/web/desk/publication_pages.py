"""What documents and tables of money show at the desk alike: the list of an area, one publication, an import's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2 import Template

from portal.domain.permissions import Permission
from portal.domain.publications import Area, Route, Step, open_steps
from portal.queries.desk_publications import DeskPublication
from portal.usecases.notice_imports import Imported
from portal.web.access import current_actor
from portal.web.desk.attempts import done


@dataclass(frozen=True, slots=True)
class DeskPages:
    """An area at the desk; `page` names the endpoint of one publication, the list has the area's own name.

    The area's templates extend those of `desk/publications/` with what it says besides.
    """

    area: Area
    page: str


def list_answer(told: DeskPages, found: Sequence[DeskPublication], **more: Any) -> str:
    """Every publication of the area in the actor's offices."""
    may_draft = current_actor().may(Permission.DRAFT)
    return render_template(f"desk/{told.area}/{told.area}.html", told=told, found=found, may_draft=may_draft, **more)


def publication_answer(told: DeskPages, found: DeskPublication, shown: object, **more: Any) -> str:
    """One publication: its state, what can be done now, and in `shown` exactly what the public sees."""
    actor = current_actor()
    steps = open_steps(found.state, found.hands, actor, Route(found.steps))
    own: str | Template = f"desk/{told.area}/{told.page}.html"
    return render_template(
        [own, "desk/publications/publication.html"],
        told=told,
        found=found,
        shown=shown,
        steps=[step for step in Step if step in steps],
        may_correct=actor.may(Permission.DRAFT) and found.is_public and not found.is_open,
        may_bypass=actor.may(Permission.PUBLISH) and found.is_open and Step.PUBLISH not in steps,
        **more,
    )


def import_answer(told: DeskPages, outcome: Imported, corrects: str) -> ResponseReturnValue:
    """To the draft, or to the report of what is wrong with the table."""
    if outcome.number is None:
        return render_template(f"desk/{told.area}/problems.html", told=told, outcome=outcome, corrects=corrects), 422
    return done(url_for("." + told.page, number=outcome.number), _("已存为草稿，请核对后送审。"))
