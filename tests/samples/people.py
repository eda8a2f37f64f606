"""Invented people for lists: area code 3708 99 was never issued, and the same seed gives the same people."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.domain.identity_numbers import check_character

SURNAMES = "王李张刘陈杨赵孔孟颜曾亓仝"
GIVEN = ["春梅", "桂兰", "福田", "建国", "秀芳", "长河", "䶮", "玉㛃", "全", "文霞", "永庆", "学志", "淑珍", "保山"]


@dataclass(frozen=True)
class Person:
    name: str
    id_number: str


def identity_number(born: date, order: int) -> str:
    """A number with a right check character for a day of birth and an order code."""
    first = f"370899{born:%Y%m%d}{order % 1000:03d}"
    return first + check_character(first)


def people(count: int, seed: int) -> list[Person]:
    """Adults with distinct numbers."""
    random = Random(seed)  # noqa: S311 - the same people every time are the point
    found: list[Person] = []
    for index in range(count):
        born = date(1938, 1, 1) + timedelta(days=random.randrange(23_000))
        name = random.choice(SURNAMES) + random.choice(GIVEN)
        # The order code counts on, so that two people born on one day differ.
        found.append(Person(name, identity_number(born, 100 + index)))
    return found
