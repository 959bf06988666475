"""What Acme had to change after the lock, and why."""

from demo.story import NEW_INFORMATION, WORLD_CHANGED, Turn

TURNS = (
    Turn(
        "kits",
        "Hours the line stood still",
        "24",
        WORLD_CHANGED,
        "Our supplier of hub motors went bankrupt. Twelve hours were possible with them; nobody "
        "else delivers before the autumn.",
        "Agreed. We keep what we first said beside it.",
    ),
    Turn(
        "range",
        "Median error of the forecast",
        "5.5",
        NEW_INFORMATION,
        "The sensors of last year's bikes measure one degree too warm. Four kilometres cannot be "
        "reached with them.",
        "Good that we know. Tell the fleets too.",
    ),
    Turn(
        "first",
        "Calls asking where the mechanic is",
        "40",
        NEW_INFORMATION,
        "We are nearly there already. Sixty was too timid, and the new van tracking helps.",
    ),
)
