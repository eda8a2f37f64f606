"""Mails of one kind: “there is news”, without content, number or office; by SMTP, or into a folder without one."""

import os
import secrets
import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

TIMEOUT_S = 20
SUBJECT = "您有新的消息 / There is news"
BODY = """您好：

您在政务公开网站上的一件事有了新的消息。请打开网站的“查办理结果”，输入您自己保存的查询码查看。
这封邮件不含任何内容，请不要回复。

Hello,

there is news about something you sent through a public website. Open its page “查办理结果” (check progress) and enter
the query code that you kept. This mail holds no content; please do not reply.
"""


class NotSentError(RuntimeError):
    """The mail could not be handed over; it will be tried again. The text names neither address nor server."""


def neutral_mail(to: str, sender: str, *, at: datetime) -> EmailMessage:
    """The one mail there is; it looks alike whatever it is about."""
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = to, sender, SUBJECT
    message["Date"] = format_datetime(at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(BODY)
    return message


def send(message: EmailMessage, server: str, folder: Path) -> None:
    """Hand the mail to the server (smtp://user:password@host:port, or smtps://), or lay it into the folder.

    NotSentError when neither works.
    """
    try:
        if server:
            _by_smtp(message, server)
        else:
            _into(folder, message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(type(error).__name__) from None


def _by_smtp(message: EmailMessage, server: str) -> None:
    parts = urlsplit(server)
    client = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with client(parts.hostname or "", parts.port or 0, timeout=TIMEOUT_S) as connection:
        if parts.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls()
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        connection.send_message(message)


def _into(folder: Path, message: EmailMessage) -> None:
    """For an operator without a mail server, or one who fetches the folder by other means; his own user reads it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / f"{secrets.token_hex(12)}.eml", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(bytes(message))
