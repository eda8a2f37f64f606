"""How every form of the desk acts: once, a refusal beside the filled form, a page for whoever came too late."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.errors import ConflictError, InvalidError, RefusedError
from portal.domain.messages import Message
from portal.queries.audit import last_act
from portal.usecases.idempotency import Sent, SentTwiceError, outcome_of
from portal.web.errors import status_of
from portal.web.forms.base import DeskForm


def attempt(
    form: DeskForm,
    act: Callable[[], ResponseReturnValue],
    page: Callable[[], str],
    *,
    too_late: Callable[[ConflictError], str] | None = None,
) -> ResponseReturnValue:
    """Show a form, or act on it: a form sent twice leads to where the first led; a refusal stands in the page.

    `too_late` makes the page of a conflict; without it the conflict stands in the form's page like a refusal.
    """
    if not form.validate_on_submit():
        return page(), 422 if request.method == "POST" else 200
    try:
        return act()
    except SentTwiceError:
        flash(_("这份表单已经提交过，没有重复办理。"))
        return redirect(outcome_of(form.idempotency_key.data) or request.path, 303)
    except ConflictError as error:
        form.refuse(error)
        form.renew_key()
        return (too_late(error) if too_late else page()), 409
    except (RefusedError, InvalidError) as error:
        form.refuse(error)
        return page(), status_of(error)


def sent(form: DeskForm, outcome: str) -> Sent:
    """What a verb needs to act once for this form."""
    return Sent(form.idempotency_key.data, outcome)


def done(url: str, sentence: str) -> ResponseReturnValue:
    """Lead to where the result stands, with one sentence."""
    flash(sentence)
    return redirect(url, 303)


def conflict_page(number: str, form: DeskForm, message: Message) -> str:
    """Who has done what in the meantime, for whoever came too late, and what he had typed."""
    return render_template(
        "desk/notices/conflict.html", number=number, form=form, message=message, act=last_act(number)
    )
