"""How often something may be tried: by whom, from where, and altogether."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """Within `window`, at most so many attempts for one subject, from one address, and overall.

    Only failures count, unless `counts_successes` says that success is what must be rationed.
    """

    action: str
    window: timedelta
    per_subject: int
    per_address: int
    overall: int
    counts_successes: bool = False
