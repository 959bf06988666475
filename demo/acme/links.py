from demo.story import DEPENDS_ON, SUPPORTS, Link

LINKS = (
    Link("first", "same-day", part="Calls asking where the mechanic is"),
    Link("line", "safe", of="Recalls closed within thirty days"),
    Link("fleet", "frost", SUPPORTS),
    Link("same-day", "supply", DEPENDS_ON),
    Link("first", "fleet", DEPENDS_ON, of="Failures announced a week ahead"),
    Link("north", "line", DEPENDS_ON, of="Bikes that pass final inspection at once"),
    Link(
        "brakes",
        "supply",
        SUPPORTS,
        answer="ended",
        reason="The sensors come from one supplier now, who delivers by himself.",
    ),
    Link("dealers", "cities", answer="proposed"),
    Link("help-centre", "first", answer="proposed"),
    Link("outreach", "worry", SUPPORTS, answer="proposed"),
    Link("before", "safe", DEPENDS_ON, answer="proposed"),
    Link(
        "month-end",
        "supply",
        answer="declined",
        reason="Cash is not what stops the line. Ask again about rush deliveries: they do cost us.",
    ),
)
