"""How a key result of the story is to come on, and what people plan to do about a goal."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.dates import add_months
from objectives.progress import Aggregation, Expectation
from objectives.writing import Step
from organizations.models import Cycle


@dataclass(frozen=True)
class Line:
    """The line that is expected; days are shares of the quarter, or months after its end."""

    expectation: str = Expectation.LINEAR
    points: tuple[tuple[float, str], ...] = ()
    due: tuple[float, ...] = ()
    weights: tuple[int, ...] = ()
    months_on: int = 0
    checkpoint: str = ""
    by_percent: str = ""
    aggregation: str = Aggregation.LATEST

    def written(self, cycle: Cycle, steps: tuple[str, ...]) -> dict[str, Any]:
        """Return what it adds to a key result as it is written."""
        horizon = add_months(cycle.end, self.months_on) if self.months_on else None
        dues = [day_of(cycle, share) for share in self.due]
        return {
            "expectation": self.expectation,
            "points": [(day_of(cycle, share), Decimal(value)) for share, value in self.points],
            "milestones": [
                Step(
                    title,
                    weight=self.weights[n] if self.weights else 1,
                    due_on=dues[n] if dues else None,
                )
                for n, title in enumerate(steps)
            ],
            "horizon": horizon,
            "checkpoint": Decimal(self.checkpoint) if self.checkpoint else None,
            "by_percent": Decimal(self.by_percent) if self.by_percent else None,
            "aggregation": self.aggregation,
        }


EVENLY = Line()


@dataclass(frozen=True)
class Plan:
    """What somebody does about a goal; ``done`` once so much of the quarter has passed."""

    text: str
    owner: str
    due: float
    done: float = 2.0


def day_of(cycle: Cycle, share: float) -> date:
    return cycle.start + timedelta(days=int((cycle.end - cycle.start).days * share))
