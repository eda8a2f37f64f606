"""Invented documents, and the steps that bring one to the public."""

from datetime import datetime

from portal.domain.documents import DocumentCategory, DocumentContent
from portal.usecases import publications
from portal.usecases.documents import draft_document
from portal.usecases.services import Services
from tests.cast import Cast

POLICY = DocumentContent(
    title="关于公开救助资金的通知",
    category=DocumentCategory.POLICY,
    body="# 要求\n\n及时全面公开，见[公示](/notices/)。\n\n| 地方 | 元 |\n| --- | ---: |\n| 城市 | 930 |\n",
    document_number="济民字〔2020〕21号",
)


def drafted(services: Services, cast: Cast, *, at: datetime, content: DocumentContent = POLICY) -> str:
    """The number of a fresh draft by 李四."""
    return draft_document(services, cast.li_si, content, at=at)


def publish(services: Services, cast: Cast, number: str, *, at: datetime) -> str:
    """Bring a draft of 李四 to the public through three people."""
    publications.submit(services, cast.li_si, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at)
    return number


def published(services: Services, cast: Cast, *, at: datetime, content: DocumentContent = POLICY) -> str:
    """The number of a document that 李四 drafted, 王五 reviewed and 赵六 published."""
    return publish(services, cast, drafted(services, cast, at=at, content=content), at=at)
