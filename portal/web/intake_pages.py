"""How the pages of the intake follow one another, and what the last one repeats of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, FileField, RadioField, SelectField

from portal.domain.intake_drafts import Draft, Step, path_of
from portal.web.forms.intake import FORMS, NO_OFFICE, StepForm, found_places

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page stands among the others."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the last page: what was asked, what was answered, and where to change it."""

    label: str
    value: str
    step: Step


def form_of(draft: Draft, step: Step) -> StepForm:
    """The form of a page with what the draft holds for it."""
    return FORMS[step](draft, step)


def position_of(draft: Draft, step: Step) -> Position:
    """The number of a page on the way that is known so far; a page of a longer way counts as its last."""
    path = path_of(draft)
    return Position(path.index(step) + 1 if step in path else len(path), len(path))


def first_open(draft: Draft) -> Step:
    """The first page that is not answered rightly; the last page when all are."""
    for step in path_of(draft):
        if step is Step.CHECK or step not in draft.answers or not form_of(draft, step).is_complete():
            return step
    return Step.CHECK


def before(draft: Draft, step: Step) -> Step | None:
    """The page before, nothing on the first one."""
    path = path_of(draft)
    return path[path.index(step) - 1] if step in path[1:] else None


def after(draft: Draft, step: Step) -> Step:
    """The page that follows; once the last page was seen, straight back to it unless something new is asked."""
    if draft.checked:
        return first_open(draft)
    path = path_of(draft)
    following = path[path.index(step) + 1] if step in path[:-1] else Step.CHECK
    opened = first_open(draft)
    return opened if opened not in path or path.index(opened) < path.index(following) else following


def with_places(draft: Draft) -> Draft:
    """The draft knowing whether the place that was typed must be asked for once more."""
    return replace(draft, ambiguous=len(found_places(draft).places) > 1)


def lines_of(draft: Draft) -> Iterator[Line]:
    """Everything that was answered, in the order of the pages; what was left out says so."""
    for step in path_of(draft)[:-1]:
        if step is Step.WHICH_PLACE:
            continue
        for field in form_of(draft, Step.WHICH_PLACE if _is_asked_again(draft, step) else step):
            value = _shown(field)
            if value:
                yield Line(str(field.label.text), value, step)


def _is_asked_again(draft: Draft, step: Step) -> bool:
    """The place as it was chosen says more than the place as it was typed."""
    return step is Step.PLACE and draft.ambiguous


def _shown(field: Field) -> str:
    if isinstance(field, FileField):
        return ""
    if isinstance(field, BooleanField):
        return str(_("是")) if field.data else ""
    if isinstance(field, RadioField | SelectField):
        chosen = {value: str(text) for value, text, *_more in field.iter_choices() if value not in {"", NO_OFFICE}}
        return chosen.get(field.data, "")
    return str(field.data or "")
