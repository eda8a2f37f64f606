"""Opening a package on whatever machine: with the key on paper or the passphrase, and nothing else of the portal's.

Neither settings, database nor keys of an instance are asked for, so that it works where none of them is.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from portal.domain.attachments import FileFinding, ScanState
from portal.domain.case_packages import CaseRecord, PackedItem, plain_files
from portal.domain.cases import ItemKind
from portal.domain.errors import InvalidError, RefusedError
from portal.domain.messages import N_, Message
from portal.files.bundles import UnknownBundleError, unbundled
from portal.sealing.envelopes import BrokenEnvelopeError, unseal
from portal.sealing.packages import needs_passphrase, open_package_under, open_package_with
from portal.sealing.pairs import open_with
from portal.sealing.paper_keys import parse
from portal.sealing.streams import unseal_stream

SEALED = "sealed.json"
"""The one file of a bundle whose pieces are still sealed: nobody at the portal could open them."""

_BROKEN = N_("打不开：密钥或口令不对，或者文件被改动过")
_NO_PACKAGE = N_("这不是本平台导出的加密文件")


def open_package(package: bytes, secret: str) -> dict[str, bytes]:
    """The files of a package by their names; `secret` is the key on paper, or the passphrase where it asks for one.

    InvalidError when the key was mistyped; RefusedError when it is another one, or the package was altered.
    """
    try:
        under_passphrase = needs_passphrase(package)
    except BrokenEnvelopeError:
        raise RefusedError(_NO_PACKAGE) from None
    private = None if under_passphrase else _private(secret)
    try:
        content = open_package_with(private, package) if private else open_package_under(secret, package)
        files = unbundled(content)
        return _unsealed(files, private) if private and SEALED in files else files
    except (BrokenEnvelopeError, UnknownBundleError):
        raise RefusedError(_BROKEN) from None


def _private(words: str) -> bytes:
    private = parse(words)
    if private is None:
        wrong = Message(N_("密钥不对，请对照纸上的字母和数字逐组核对"))
        raise InvalidError(N_("请改正标出的内容"), fields={"secret": wrong})
    return private


def _unsealed(files: Mapping[str, bytes], private: bytes) -> dict[str, bytes]:
    sealed = json.loads(files[SEALED])
    keys = {
        wrap["purpose"]: open_with(private, bytes.fromhex(wrap["wrapped"]), bound_to=wrap["bound_to"])
        for wrap in sealed["wraps"]
    }
    record = CaseRecord(**{**sealed["case"], **{name: tuple(sealed["case"][name]) for name in ("accused", "external")}})
    items = tuple(_items(sealed, files, keys["content"], keys.get("identity")))
    return plain_files(record, items, _identity(sealed, keys.get("identity")))


def _items(
    sealed: Mapping[str, Any], files: Mapping[str, bytes], key: bytes, identity_key: bytes | None
) -> Iterator[PackedItem]:
    for item in sealed["items"]:
        content = json.loads(unseal(key, bytes.fromhex(item["sealed"]), bound_to=item["bound_to"]))
        kind, voice = ItemKind(item["kind"]), sealed.get("voices", {}).get(item["bound_to"])
        if voice and identity_key:
            opened = unseal(identity_key, bytes.fromhex(voice["sealed"]), bound_to=voice["bound_to"])
            content |= json.loads(opened.rstrip(b" "))
        file = _file(content, files) if kind is ItemKind.FILE else None
        apart = _apart(sealed.get("apart", {}).get(content.get("file")))
        yield PackedItem(kind, item["at"], item["staff"], content, file, apart)


def _apart(why: str | None) -> FileFinding | ScanState | None:
    if why is None:
        return None
    return ScanState.WAITING if why == ScanState.WAITING else FileFinding(why)


def _file(content: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes | None:
    stored = files.get(f"attachments/{content.get('file')}")
    if stored is None:
        return None
    place = f"attachment:{content['file']}"
    return b"".join(unseal_stream(bytes.fromhex(content["key"]), (stored,), bound_to=place))


def _identity(sealed: Mapping[str, Any], key: bytes | None) -> dict[str, Any] | None:
    if key is None:
        return None
    kept = sealed["identity"]
    identity: dict[str, Any] = json.loads(
        unseal(key, bytes.fromhex(kept["sealed"]), bound_to=kept["bound_to"]).rstrip(b" ")
    )
    return identity
