from demo.plans import Line
from demo.story import (
    COMPANY,
    DEPARTMENTAL,
    INDIVIDUAL,
    MILESTONES,
    PERCENT,
    SCORE,
    YES_NO,
    Goal,
    Result,
)
from objectives.models import Objective

from .customers import CUSTOMERS
from .operations import OPERATIONS

COMPANY_GOALS = (
    Goal(
        "winter",
        "Make winter riding the default for our riders",
        "henrik",
        kind=Objective.Kind.ONE_FOCUS,
        level=COMPANY,
        why=(
            "Half of our subscribers pause from November to March, and a third of those never come "
            "back. If winter stays a season without us, our growth pays for empty bikes."
        ),
        challenge="threat",
        challenge_words=(
            "Riders who stop in November do not come back in March, and a rival sells a bike for "
            "the snow."
        ),
        results=(
            Result(
                "Subscribers who ride every week",
                "41",
                "60",
                "%",
                "priya",
                measure=PERCENT,
                notes={1: "Three points up since the heated grips are in every new contract."},
            ),
            Result(
                "Riders who pause for the winter",
                "3200",
                "1800",
                "riders",
                "jonas",
                course="slipping",
                notes={
                    3: "The frost came early, and with it the pauses. Next: call before they do."
                },
            ),
        ),
    ),
    Goal(
        "safe",
        "Every bike on the road is a safe bike",
        "samira",
        kind=Objective.Kind.THEMATIC,
        level=COMPANY,
        ambition=Objective.Ambition.COMMITTED,
        why="A brake that fails once costs us more trust than a year of punctual deliveries earns.",
        results=(
            Result(
                "Recalls closed within thirty days",
                "55",
                "95",
                "%",
                "tomasz",
                measure=PERCENT,
                course="recovered",
            ),
            Result(
                "Safety incidents per million kilometres",
                "4.2",
                "2.5",
                "incidents",
                "paul",
                decimals=1,
            ),
            Result(
                "Every dealer has signed the safety promise",
                owner="carla",
                measure=YES_NO,
                course="hopeful",
                notes={3: "Eleven of fourteen. The last three meet us on the same day."},
            ),
        ),
    ),
)
ENGINEERING = (
    Goal(
        "range",
        "Riders trust the range they see",
        "mei",
        under="winter",
        kind=DEPARTMENTAL,
        unit="Software",
        why="The fear of standing still in the cold is what makes people pause.",
        results=(
            Result(
                "Trips that end with the charge we predicted",
                "68",
                "90",
                "%",
                "zoe",
                measure=PERCENT,
            ),
            Result("Median error of the forecast", "9.0", "4.0", "km", "arjun", decimals=1),
        ),
    ),
    Goal(
        "before",
        "Riders know before they leave that they will arrive",
        "zoe",
        under="range",
        unit="Rider App",
        results=(
            Result(
                "Trips planned with a range check",
                "12",
                "45",
                "%",
                "noah",
                "ahead",
                measure=PERCENT,
            ),
            Result(
                "Rating in the stores",
                "3.9",
                "4.5",
                "stars",
                "zoe",
                "relapsed",
                measure=SCORE,
                decimals=1,
            ),
        ),
    ),
    Goal(
        "cold-start",
        "A cold start surprises nobody",
        "noah",
        under="before",
        level=INDIVIDUAL,
        unit="Rider App",
        results=(
            Result("Crashes per thousand sessions below zero", "14", "5", "crashes", "noah"),
            Result(
                "Sessions that end where the rider wanted to go",
                "61",
                "75",
                "%",
                "noah",
                measure=PERCENT,
                direction="at_least",
                bounds={"red_low": "50"},
            ),
            Result(
                "The range warning reaches all riders",
                owner="noah",
                measure=MILESTONES,
                steps=(
                    "Prototype with twenty riders",
                    "Beta with five hundred",
                    "All Android",
                    "All iOS",
                ),
                line=Line("phased", due=(0.2, 0.45, 0.7, 0.9), weights=(1, 1, 2, 2)),
            ),
        ),
    ),
    Goal(
        "fleet",
        "Fleet managers see a failing battery a week ahead",
        "arjun",
        under="range",
        unit="Fleet Platform",
        results=(
            Result(
                "Failures announced a week ahead",
                "20",
                "75",
                "%",
                "arjun",
                "hopeful",
                measure=PERCENT,
            ),
            Result("False alarms per hundred bikes", "11", "4", "alarms", "yuki"),
            Result(
                "The three largest fleets work with the alerts",
                owner="ben",
                measure=YES_NO,
                course="stuck",
                silent=frozenset({2, 3}),
            ),
        ),
    ),
    Goal(
        "frost",
        "Batteries that shrug off frost",
        "lukas",
        under="winter",
        kind=DEPARTMENTAL,
        unit="Bike Engineering",
        results=(
            Result("Range kept at minus ten degrees", "61", "80", "%", "ingrid", measure=PERCENT),
            Result(
                "Battery returns per thousand bikes", "23", "10", "returns", "lukas", "slipping"
            ),
        ),
    ),
    Goal(
        "cells",
        "Cells leave the line already balanced",
        "ingrid",
        under="frost",
        unit="Drive and Battery",
        results=(
            Result("Imbalance at delivery", "38", "15", "mV", "felix", "relapsed"),
            Result(
                "Packs that pass the freezer at once", "70", "96", "%", "ingrid", measure=PERCENT
            ),
        ),
    ),
    Goal(
        "certified",
        "Certification holds no surprises",
        "sofia",
        under="cells",
        level=INDIVIDUAL,
        unit="Drive and Battery",
        results=(
            Result(
                "Questions an inspector asks twice",
                "9",
                "9",
                "questions",
                "sofia",
                direction="baseline",
                words={"source": "Minutes of the last three inspections"},
            ),
            Result(
                "The heated pack is certified",
                owner="sofia",
                measure=MILESTONES,
                course="recovered",
                steps=(
                    "Test plan agreed",
                    "Samples at the institute",
                    "Cold shock passed",
                    "Vibration passed",
                    "Certificate in hand",
                ),
                line=Line(due=(0.1, 0.3, 0.5, 0.7, 0.95), weights=(1, 1, 2, 2, 4)),
            ),
        ),
    ),
    Goal(
        "brakes",
        "Brakes that warn before they wear",
        "paul",
        under="safe",
        unit="Frame and Safety",
        results=(
            Result("Bikes with a wear sensor", "5", "40", "%", "paul", measure=PERCENT),
            Result("Worn pads found on the road", "62", "20", "per month", "anna", "ahead"),
        ),
    ),
)
DRAFTS = (
    Goal(
        "charging",
        "Riders find a place to charge in one tap",
        "leila",
        under="before",
        unit="Rider App",
        draft=True,
    ),
    Goal(
        "solid",
        "Learn whether solid-state cells survive our winter",
        "felix",
        unit="Drive and Battery",
        ambition=Objective.Ambition.LEARNING,
        draft=True,
        handed_in=True,
        results=(Result("Cells cycled below minus twenty degrees", "0", "50", "cells"),),
    ),
    Goal(
        "material",
        "Support sales with materials",
        "julia",
        level=INDIVIDUAL,
        unit="City Fleets",
        draft=True,
        results=(Result("Create slides", "0", "10", "slides"),),
    ),
    Goal(
        "forum",
        "Riders help each other before they ask us",
        "cleo",
        under="worry",
        level=INDIVIDUAL,
        unit="Rider Answers",
        draft=True,
        results=(Result("Questions solved in the forum", "5", "25", "%", measure=PERCENT),),
    ),
    Goal(
        "return",
        "Win back the riders who left us",
        "jonas",
        kind=Objective.Kind.ONE_FOCUS,
        level=COMPANY,
        draft=True,
        why="Two thousand riders know our bikes and use none of them.",
        challenge="opportunity",
        challenge_words="A rival closes its workshops: two thousand riders look for another.",
        results=(Result("Riders who come back", "0", "700", "riders"),),
    ),
    Goal(
        "raise",
        "My path to a lead role",
        "noah",
        level=INDIVIDUAL,
        visibility=Objective.Visibility.PRIVATE,
        draft=True,
    ),
)
NOW = (*COMPANY_GOALS, *ENGINEERING, *CUSTOMERS, *OPERATIONS, *DRAFTS)
