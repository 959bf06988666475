"""The other organization: it uses the same words, and nobody at Acme may ever see any of it."""

from objectives.models import Objective
from objectives.progress import Measure

from .story import DEPARTMENT, OWNER, TEAM, Goal, Result, Seat, Story, Unit

GLOBEX = Story(
    slug="globex",
    name="Globex Motors",
    units=(
        Unit("Motorworks", DEPARTMENT, "silas"),
        Unit("Night Shift", TEAM, "bruno", under="Motorworks"),
    ),
    seats=(
        Seat("mallory", "Mallory Knox", "Founder", years=9, roles=(OWNER,)),
        Seat("silas", "Silas Thorne", "Head of Motorworks", "Motorworks", years=6),
        Seat("bruno", "Bruno Falcone", "Foreman", "Night Shift", years=4),
        Seat("greta", "Greta Stark", "Winder", "Night Shift"),
        Seat("ulf", "Ulf Nyberg", "Winder", "Night Shift", years=1),
        Seat("dana", "Dana Quill", "Seller", "Motorworks", years=3),
    ),
    last=(
        Goal(
            "silence",
            "Build the quietest hub motor on the market",
            "mallory",
            kind=Objective.Kind.ONE_FOCUS,
            level=Objective.Level.COMPANY,
            challenge="opportunity",
            challenge_words="Cities write quiet motors into their tenders from January on.",
            results=(Result("Noise at full load", "62", "54", "dB"),),
        ),
    ),
    now=(
        Goal(
            "overtake",
            "Take the winter market before Acme wakes up",
            "mallory",
            kind=Objective.Kind.ONE_FOCUS,
            level=Objective.Level.COMPANY,
            why="Nobody else sells a motor for the deep frost yet. By spring somebody will.",
            challenge="opportunity",
            challenge_words="No motor on the market stands a deep frost yet.",
            results=(
                Result("Makers who fit our motor", "4", "9", "makers", course="ahead"),
                Result(
                    "Secret winter contract signed",
                    measure=Measure.YES_NO,
                    course="hopeful",
                    notes={1: "Acme must not hear of it."},
                ),
            ),
        ),
        Goal(
            "cold",
            "Motors that start at any frost",
            "silas",
            under="overtake",
            kind=Objective.Kind.DEPARTMENTAL,
            unit="Motorworks",
            results=(Result("Cold starts that fail", "12", "2", "%", measure=Measure.PERCENT),),
        ),
        Goal(
            "night",
            "The night shift winds without waste",
            "bruno",
            under="cold",
            unit="Night Shift",
            results=(
                Result("Scrap per thousand coils", "31", "12", course="slipping"),
                Result("Coils per shift", "220", "300", owner="greta", course="recovered"),
            ),
        ),
        Goal(
            "buy",
            "Find out what Acme pays for its motors",
            "dana",
            level=Objective.Level.INDIVIDUAL,
            visibility=Objective.Visibility.PRIVATE,
            results=(Result("Offers seen", "0", "5", "offers"),),
        ),
        Goal(
            "plan",
            "A second hall by spring",
            "mallory",
            level=Objective.Level.COMPANY,
            kind=Objective.Kind.THEMATIC,
            draft=True,
        ),
    ),
    early=frozenset({"bruno", "silas"}),
)
