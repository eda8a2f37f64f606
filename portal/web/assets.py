"""Style sheets, script and icons under addresses that carry a hash of their bytes, so that browsers may keep them."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

LONG = "public, max-age=31536000, immutable"


@cache
def fingerprint(path: Path) -> str:
    """Twelve hexadecimal digits that change with the file's bytes; read once a process."""
    return sha256(path.read_bytes()).hexdigest()[:12]


def install(app: Flask) -> None:
    """Offer `asset(…)` to templates and let browsers keep what was asked for under its right hash."""
    folder = Path(str(app.static_folder))

    def asset(filename: str) -> str:
        return url_for("static", filename=filename, v=fingerprint(folder / filename))

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304}:
            filename = str((request.view_args or {}).get("filename", ""))
            known = request.args.get("v") == fingerprint(folder / filename)
            response.headers["Cache-Control"] = LONG if known else "no-cache"
        return response

    app.jinja_env.globals["asset"] = asset
