"""Where things stand in our drawings: pure geometry, in per cent, for right-to-left pages too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ROOM_FOR_A_LABEL = 9


def drawn(share: Decimal | None) -> str:
    """Return a share of 1 as a percentage that stays inside its drawing."""
    clamped = min(max(share or Decimal(0), Decimal(0)), Decimal(1))
    return f"{clamped * 100:.1f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    day: date
    value: Decimal


@dataclass(frozen=True)
class Timescale:
    """The way from a day to a place; mirrored where the page reads from right to left."""

    start: date
    end: date
    mirrored: bool = False

    def place(self, day: date) -> str:
        days = max((self.end - self.start).days, 1)
        share = Decimal((day - self.start).days) / days
        return drawn(1 - share if self.mirrored else share)

    def dots(self, points: Sequence[tuple[date, Decimal]]) -> list[Dot]:
        return [Dot(self.place(day), drawn(1 - value), day, value) for day, value in points]

    def months(self) -> list[tuple[str, date]]:
        """Return the firsts of the months that leave room for the labels at both ends."""
        found = []
        for offset in range((self.end - self.start).days):
            day = self.start + timedelta(days=offset)
            place = self.place(day)
            if day.day == 1 and ROOM_FOR_A_LABEL < Decimal(place) < 100 - ROOM_FOR_A_LABEL:
                found.append((place, day))
        return found


def line(places: Sequence[tuple[str, str]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in places)


@dataclass(frozen=True)
class Week:
    number: int
    state: str
    mark: str


def weeks(start: date, end: date, today: date, marks: dict[int, bool]) -> list[Week]:
    """Cut a period into weeks; ``marks`` says by week number whether its event is done."""
    now = week_number(start, end, today) if start <= today <= end else 0
    found = []
    for number in range(1, week_count(start, end) + 1):
        past = number < now or today > end
        state = "now" if number == now else "past" if past else "next"
        mark = ("done" if marks[number] else "due") if number in marks else ""
        found.append(Week(number, state, mark))
    return found


def week_count(start: date, end: date) -> int:
    return max(((end - start).days + 1) // 7, 1)


def week_number(start: date, end: date, day: date) -> int:
    """Count weeks from 1; days before and after the period belong to its first and last."""
    return min(max((day - start).days // 7 + 1, 1), week_count(start, end))
