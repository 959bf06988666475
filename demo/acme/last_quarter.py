from demo.story import (
    ACHIEVED,
    COMPANY,
    CONTINUE,
    CURRENCY,
    DEPARTMENTAL,
    INDIVIDUAL,
    MILESTONES,
    PARTLY,
    PERCENT,
    YES_NO,
    Ending,
    Goal,
    Result,
)
from objectives.models import Objective

LAST = (
    Goal(
        "deliver",
        "Keep every delivery promise we make to riders",
        "henrik",
        kind=Objective.Kind.ONE_FOCUS,
        level=COMPANY,
        why="Most cancellations last spring named one reason: we said May and came in July.",
        challenge="threat",
        challenge_words="Cancelled orders named a broken promise more often than any price.",
        results=(
            Result(
                "Bikes delivered in the promised week",
                "64",
                "95",
                "%",
                "tomasz",
                measure=PERCENT,
            ),
            Result(
                "Orders cancelled while waiting", "118", "30", "orders", "jonas", course="recovered"
            ),
        ),
        ending=Ending(
            ACHIEVED,
            "One number for the whole company did what ten did not: every Monday somebody asked.",
        ),
    ),
    Goal(
        "kits",
        "No bike waits for a part",
        "tomasz",
        under="deliver",
        kind=DEPARTMENTAL,
        unit="Supply and Assembly",
        results=(
            Result("Hours the line stood still", "46", "12", "hours", "goran", course="slipping"),
            Result(
                "Cost of rush deliveries",
                "120000",
                "60000",
                "EUR",
                "hanna",
                measure=CURRENCY,
                course="ahead",
            ),
        ),
        ending=Ending(
            PARTLY,
            "Rush deliveries are under control. The line still waits for motors, and will until "
            "there is a second supplier.",
            decisions={"Hours the line stood still": CONTINUE},
        ),
    ),
    Goal(
        "honest",
        "Riders always know where their bike is",
        "max",
        under="deliver",
        kind=DEPARTMENTAL,
        unit="Rider Care",
        results=(
            Result("Questions about delivery per week", "240", "80", "questions", "cleo"),
            Result(
                "Tracking page is live for every order",
                owner="zoe",
                measure=YES_NO,
                course="steady",
                notes={6: "Live since Tuesday, for every order."},
            ),
        ),
        ending=Ending(ACHIEVED, "Riders look at the page instead of calling. It took one week."),
    ),
    Goal(
        "answers",
        "One answer is enough",
        "cleo",
        under="honest",
        level=INDIVIDUAL,
        unit="Rider Answers",
        results=(
            Result(
                "Questions solved with the first answer",
                "52",
                "75",
                "%",
                "cleo",
                measure=PERCENT,
                course="recovered",
            ),
        ),
        ending=Ending(
            ACHIEVED,
            "The first attempt, templates for everything, made it worse. Asking riders turned it.",
            score="1.0",
            why="The last month was above the target; only the mean of the quarter is below.",
        ),
    ),
    Goal(
        "stable",
        "The app never loses a ride",
        "zoe",
        unit="Rider App",
        results=(
            Result("Rides lost per thousand", "7.5", "1.0", "rides", "noah", "ahead", decimals=1),
            Result(
                "Offline recording reaches everybody",
                owner="zoe",
                measure=MILESTONES,
                steps=("Design agreed", "First hundred riders", "All Android", "All iOS"),
            ),
        ),
        ending=Ending(
            PARTLY,
            "Hardly a ride is lost any more. iOS was harder than we thought.",
            decisions={"Offline recording reaches everybody": CONTINUE},
        ),
    ),
    Goal(
        "learn",
        "Find out what keeps winter riders riding",
        "leila",
        unit="Rider App",
        ambition=Objective.Ambition.LEARNING,
        results=(Result("Winter riders we have ridden with", "0", "20", "riders", "leila"),),
        ending=Ending(
            ACHIEVED,
            "Riding along told us more than any survey.",
            learned="Nobody stops for the cold. They stop when they do not know whether they "
            "arrive.",
        ),
    ),
)
