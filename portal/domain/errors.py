"""What can go wrong in the trade, as one family that every floor above understands."""

from collections.abc import Mapping

from portal.domain.messages import N_, Message


class PortalError(Exception):
    """An expected failure that carries the sentence for the person who caused it."""

    def __init__(self, text: str, /, **params: str | int) -> None:
        self.message = Message(text, params)
        super().__init__(str(self.message))


class NotFoundError(PortalError):
    """There is no such thing, or the actor may not know that there is."""


class NotAllowedError(PortalError):
    """The actor's roles and office do not permit the step."""


class RefusedError(PortalError):
    """A rule of disclosure forbids it; the sentence says which and why."""


class ConflictError(PortalError):
    """Somebody else was faster: the state or version is no longer the one the actor saw."""


class InvalidError(PortalError):
    """Typed values that cannot be used; `fields` holds one sentence per field name."""

    def __init__(self, text: str, /, *, fields: Mapping[str, Message] | None = None, **params: str | int) -> None:
        super().__init__(text, **params)
        self.fields = dict(fields or {})


class StorageFullError(PortalError):
    """The disk holds no more: nothing of what was to be kept is there, and what was typed goes back to the person."""

    def __init__(self) -> None:
        super().__init__(N_("网站的存储空间暂时已满，文件没有保存：请稍后再试，或者先不带附件提交"))


class TooManyError(PortalError):
    """The same thing was tried too often; the sentence says when to try again."""
