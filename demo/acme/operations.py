from demo.plans import Line, Plan
from demo.story import (
    CURRENCY,
    DEPARTMENTAL,
    INDIVIDUAL,
    JUDGEMENT,
    MILESTONES,
    PERCENT,
    YES_NO,
    Goal,
    Result,
)
from objectives.models import Objective

OPERATIONS = (
    Goal(
        "kits-again",
        "No bike waits for a part",
        "tomasz",
        carried="kits",
        results=(Result("Hours the line stood still", "", "24", "hours", "goran"),),
    ),
    Goal(
        "supply",
        "Parts arrive when the line needs them",
        "tomasz",
        under="safe",
        kind=DEPARTMENTAL,
        unit="Supply and Assembly",
        results=(
            Result("Stops for a missing part", "14", "4", "stops", "goran", "stuck"),
            Result("Deliveries on the promised day", "72", "92", "%", "hanna", measure=PERCENT),
        ),
    ),
    Goal(
        "sources",
        "No single supplier can stop us",
        "hanna",
        under="supply",
        unit="Purchasing",
        results=(
            Result("Parts with one source only", "27", "12", "parts", "eva", "slipping"),
            Result("Cost of rush deliveries", "86000", "40000", "EUR", "hanna", measure=CURRENCY),
        ),
    ),
    Goal(
        "line",
        "Right the first time",
        "goran",
        under="supply",
        unit="Assembly Line",
        ambition=Objective.Ambition.COMMITTED,
        results=(
            Result(
                "Bikes that pass final inspection at once",
                "84",
                "95",
                "%",
                "stefan",
                measure=PERCENT,
            ),
            Result("Rework per hundred bikes", "41", "20", "hours", "ivana", "recovered"),
            Result(
                "Overtime hours per person and month",
                "9",
                "12",
                "hours",
                "goran",
                direction="at_most",
                bounds={"red_high": "20"},
                silent=frozenset({2}),
                line=Line(aggregation="share_of_periods_ok"),
            ),
        ),
    ),
    Goal(
        "torque",
        "Every torque is proven",
        "ivana",
        under="line",
        level=INDIVIDUAL,
        unit="Assembly Line",
        results=(
            Result(
                "Every critical screw is logged by the tool itself",
                owner="ivana",
                measure=YES_NO,
                course="ahead",
            ),
        ),
    ),
    Goal(
        "grow",
        "People stay because they grow here",
        "ada",
        kind=DEPARTMENTAL,
        unit="People and Finance",
        plans=(
            Plan("Every manager books the talks for the quarter", "lena", 0.15, done=0.2),
            Plan("Try two career paths beside leading people", "ada", 0.6),
            Plan("Ask everybody who left in summer why", "lena", 0.4),
        ),
        on_purpose={
            "no_upward_link": "People are the ground under all our goals, not part of one of them."
        },
        results=(
            Result(
                "Colleagues with a development talk this quarter",
                "22",
                "90",
                "%",
                "lena",
                measure=PERCENT,
            ),
            Result("Regretted departures", "5", "1", "people", "ada", "relapsed"),
            Result(
                "Managers ask before they advise",
                "0",
                "1",
                owner="ada",
                measure=JUDGEMENT,
                decimals=1,
                words={
                    "rubric": "0: talks are status reports. 0.5: half of the talks begin with a "
                    "question. 1: people say that they found their own answers."
                },
            ),
        ),
    ),
    Goal(
        "month-end",
        "Month end without night shifts",
        "ruth",
        under="grow",
        unit="Finance",
        results=(
            Result("Days to close the month", "9", "5", "days", "ruth"),
            Result(
                "Overhead per month",
                "400000",
                "392000",
                "EUR",
                "ruth",
                measure=CURRENCY,
                line=Line(by_percent="2", months_on=9, checkpoint="398000"),
            ),
            Result("Findings open for more than sixty days", "12", "2", "findings", "vera"),
            Result(
                "Weeks of cash in reserve",
                "11",
                "16",
                "weeks",
                "ruth",
                direction="within",
                bounds={"lower": "14", "upper": "20", "red_low": "8", "red_high": "30"},
            ),
        ),
    ),
    Goal(
        "successors",
        "Two leading roles have a successor in sight",
        "henrik",
        level=INDIVIDUAL,
        visibility=Objective.Visibility.PRIVATE,
        results=(
            Result(
                "Successors",
                owner="henrik",
                measure=MILESTONES,
                steps=("Roles agreed", "Candidates met", "First year planned"),
            ),
        ),
    ),
    Goal(
        "speak",
        "I speak to the board without notes",
        "jonas",
        level=INDIVIDUAL,
        visibility=Objective.Visibility.PRIVATE,
        ambition=Objective.Ambition.LEARNING,
        results=(Result("Talks held without notes", "0", "4", "talks", "jonas"),),
    ),
)
