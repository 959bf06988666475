"""How Acme's departments plan together: answers, promises, parts, and who carries a theme."""

from demo.story import Answer, PartTaken, Takes, Together
from objectives.models import PlanningResponse

SUPPORT, CONCERN, NEED = PlanningResponse.Stance
ANSWERS = (
    Answer("range", "lukas", SUPPORT, "We measure the same cells. Take our freezer figures."),
    Answer("range", "max", SUPPORT),
    Answer("range", "carla", CONCERN, "Cities will ask for the figure before you trust it."),
    Answer(
        "range",
        "tomasz",
        NEED,
        "The forecast of winter repairs, by district, so that we order parts in time",
        wanted=28,
        for_="supply",
        then="accept",
        promised=35,
    ),
    Answer("frost", "mei", SUPPORT),
    Answer("frost", "max", SUPPORT, "Every returned battery is a rider who waits."),
    Answer(
        "frost",
        "carla",
        NEED,
        "A range at minus ten that we may put into contracts",
        wanted=21,
        for_="cities",
        then="counter",
        promised=84,
        words="Minus five by then. Minus ten needs the second round in the freezer.",
    ),
    Answer("frost", "tomasz", CONCERN, "Heated packs take a cell type that one maker delivers."),
    Answer("same-day", "lukas", SUPPORT),
    Answer(
        "same-day",
        "mei",
        NEED,
        "Somebody who sorts fault reports by hand until the app does",
        wanted=14,
        for_="range",
        then="decline",
        words="We are three people short ourselves. Ask us again in January.",
    ),
    Answer("same-day", "carla", SUPPORT, "Worth more in talks with cities than any discount."),
    Answer(
        "same-day", "tomasz", CONCERN, "Same day means spare parts in every van. We have six vans."
    ),
    Answer("supply", "lukas", SUPPORT),
    Answer(
        "supply",
        "max",
        NEED,
        "Brake pads for six weeks in every workshop",
        wanted=30,
        for_="same-day",
        then="keep",
        promised=30,
    ),
    Answer("supply", "ada", CONCERN, "Two shifts on Saturdays is what people leave for."),
    Answer("cities", "mei", SUPPORT),
    Answer("cities", "max", CONCERN, "Every new city brings a night shift that we do not have."),
    Answer("grow", "mei", SUPPORT, "Count our four new leads in."),
    Answer("grow", "max", SUPPORT),
    Answer("grow", "tomasz", NEED, "Two trained line leads for the early shift", for_="supply"),
)
PARTS = (
    PartTaken("winter", "Software", "zoe", "Nobody leaves home unsure of arriving", "range"),
    PartTaken("winter", "Bike Engineering", "lukas", "Batteries that frost cannot empty", "frost"),
    PartTaken("winter", "Rider Care", "max", "A broken bike is back by the evening", "same-day"),
    PartTaken("winter", "Sales and Fleets", "carla", "Ten cities that pay for winter", "cities"),
    PartTaken("winter", "Supply and Assembly"),
)
FUNCTIONS = {
    "safe": (
        Takes("Supply and Assembly", "tomasz", (0,)),
        Takes("Bike Engineering", "paul", (1,)),
        Takes("Sales and Fleets", "carla", (2,)),
        Takes("Rider Care", "marek", (0, 1)),
        Takes("Customer voice", "nina", (1,)),
    ),
}
VALUES = (
    ("Riders first", "We decide as if the rider stood in the room.", ("safe",)),
    ("Say it early", "Bad news is shared the day we know it.", ("safe",)),
    ("Built to be repaired", "Whatever we make, somebody can mend with two tools.", ()),
    ("Lean back into the wind", "We try what frightens us, small enough to fall softly.", ()),
)
TOGETHER = Together(ANSWERS, PARTS, FUNCTIONS, VALUES)
