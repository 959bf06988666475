from demo.story import CURRENCY, DEPARTMENTAL, DURATION, INDIVIDUAL, PERCENT, Goal, Result

CUSTOMERS = (
    Goal(
        "same-day",
        "Riders are back on the road the same day",
        "max",
        under="winter",
        kind=DEPARTMENTAL,
        unit="Rider Care",
        why="Who waits three days for a repair in November has found another way by December.",
        results=(
            Result(
                "Repairs finished the day they are reported",
                "38",
                "65",
                "%",
                "marek",
                measure=PERCENT,
            ),
            Result(
                "Time to the first answer",
                "240",
                "60",
                "minutes",
                "max",
                "recovered",
                measure=DURATION,
            ),
        ),
    ),
    Goal(
        "worry",
        "Answer before riders worry",
        "max",
        under="same-day",
        unit="Rider Answers",
        results=(
            Result(
                "Answers within an hour",
                "46",
                "85",
                "%",
                "cleo",
                measure=PERCENT,
                notes={
                    1: "The early shift helps: mornings are nearly there.",
                    3: "Two of five were ill. Obstacle: evenings. Help needed: one of the dealers' "
                    "people from 18 to 20 h.",
                },
            ),
            Result("Riders who write twice about one thing", "31", "12", "%", "nina", "slipping"),
        ),
    ),
    Goal(
        "first",
        "Riders hear from us before they have to ask",
        "cleo",
        under="worry",
        level=INDIVIDUAL,
        unit="Rider Answers",
        why="Every call that begins with “why did nobody tell me” was one message away.",
        results=(
            Result(
                "Outages announced before the first call",
                "15",
                "70",
                "%",
                "cleo",
                "recovered",
                measure=PERCENT,
                notes={
                    1: "The alerts reach me after the riders do. Obstacle: no access to the fleet "
                    "platform.",
                    2: "Access since Thursday. Next: a template for each kind of outage.",
                    3: "Seven of nine outages were announced first.",
                },
            ),
            Result("Calls asking where the mechanic is", "180", "60", "per week", "cleo", "ahead"),
        ),
    ),
    Goal(
        "van",
        "A van never drives out for nothing",
        "marek",
        under="same-day",
        unit="Field Service",
        results=(
            Result("Visits that solve it the first time", "71", "88", "%", "omar", measure=PERCENT),
            Result("Kilometres driven per repair", "34", "22", "km", "kristin", "ahead"),
        ),
    ),
    Goal(
        "part",
        "The right part is in the van",
        "omar",
        under="van",
        level=INDIVIDUAL,
        unit="Field Service",
        results=(Result("Visits short of a part", "19", "6", "per week", "omar", "slipping"),),
    ),
    Goal(
        "cities",
        "Cities choose us for the cold months",
        "carla",
        under="winter",
        kind=DEPARTMENTAL,
        unit="Sales and Fleets",
        results=(
            Result("Winter contracts signed", "0", "1200000", "EUR", "elif", measure=CURRENCY),
            Result("Cities on a winter tariff", "3", "9", "cities", "carla", "hopeful"),
        ),
    ),
    Goal(
        "north",
        "The north knows us by name",
        "elif",
        under="cities",
        unit="City Fleets",
        results=(
            Result(
                "Pipeline north of Hamburg",
                "400000",
                "1500000",
                "EUR",
                "pedro",
                "relapsed",
                measure=CURRENCY,
            ),
            Result(
                "Pilots turned into contracts", "25", "50", "%", "julia", "stuck", measure=PERCENT
            ),
        ),
    ),
    Goal(
        "dealers",
        "Dealers sell winter kits without being asked",
        "tim",
        unit="Dealers",
        results=(Result("Winter kits sold by dealers", "140", "600", "kits", "tim"),),
    ),
    Goal(
        "help-centre",
        "Improve the help centre",
        "david",
        level=INDIVIDUAL,
        unit="Rider Answers",
        results=(Result("Publish articles", "0", "30", "articles", "david", "ahead"),),
    ),
    Goal(
        "outreach",
        "Do more outreach and support the community with communication",
        "nina",
        level=INDIVIDUAL,
        unit="Rider Answers",
        results=(Result("Send newsletters", "0", "6", "newsletters", "nina"),),
    ),
)
