"""Style sheets, script and icons under addresses that carry a hash of their bytes, so that browsers may keep them."""

import gzip
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request, url_for

LONG = "public, max-age=31536000, immutable"
TEXT = frozenset({".css", ".js", ".svg"})


@cache
def fingerprint(path: Path) -> str:
    """Twelve hexadecimal digits that change with the file's bytes; read once a process."""
    return sha256(path.read_bytes()).hexdigest()[:12]


@cache
def squeezed(path: Path) -> bytes:
    """The file as gzip: a quarter of the bytes for a phone that comes for the first time."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _squeeze(response: Response, path: Path) -> None:
    """Send a text file as gzip to whoever reads it, under an entity tag of its own."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        response.direct_passthrough = False
        response.make_sequence()  # so that the open file is closed with the answer
        response.set_data(squeezed(path))
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{fingerprint(path)}-gzip")


def install(app: Flask) -> None:
    """Offer `asset(…)` to templates and let browsers keep what was asked for under its right hash."""
    folder = Path(str(app.static_folder))

    def asset(filename: str) -> str:
        return url_for("static", filename=filename, v=fingerprint(folder / filename))

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304}:
            path = folder / str((request.view_args or {}).get("filename", ""))
            known = request.args.get("v") == fingerprint(path)
            response.headers["Cache-Control"] = LONG if known else "no-cache"
            if known and response.status_code == HTTPStatus.OK and path.suffix in TEXT:
                _squeeze(response, path)
        return response

    app.jinja_env.globals["asset"] = asset
