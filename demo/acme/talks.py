"""What Cleo, Nina and Max wrote to each other in their bi-weekly conversations."""

from demo.story import Talk

TALKS = (
    Talk(
        "cleo",
        ago=2,
        employee=(
            "",
            "The new answers for cold days are out. Nobody has asked twice since.",
            "there|The van list is a day old when I get it. It waits for Kristin.",
            "4|Reports for the dealers take an afternoon every week and serve nothing I own.",
            "ask|Get me the van list live, so that I can tell riders when somebody comes.",
            "Good. A bit tired of Mondays.",
        ),
        manager=(
            "nothing|Answers within an hour|It moves as it should.",
            "You rang the three riders who were angry, before they rang us.",
            "Write down what you told them, so that David can say it too.",
            "yes|Kristin and I look at it on Thursday.",
        ),
        topics=("Who answers on Sundays in December?",),
        actions=(
            ("max", "Ask operations for a second van on Mondays"),
            ("cleo", "Write the three answers that David needs"),
        ),
    ),
    Talk(
        "cleo",
        ago=1,
        employee=(
            "",
            "David answers the cold-day questions alone now.",
            "growing|Still no live list. Riders ask us, and we ask Kristin.",
            "3|The dealer reports again. Could the dealers read them themselves?",
            "ask|Take the dealer reports off me, or tell me what to leave out for them.",
            "Honestly: the list gets to me.",
        ),
        manager=(
            "people|Calls asking where the mechanic is|Kristin joins for two weeks.",
            "You taught David without anybody asking you to.",
            "",
            "talk|Let us look at the reports together; I do not know who reads them.",
        ),
        dissent="I think we could have asked Kristin a month ago.",
    ),
    Talk(
        "cleo",
        ago=0,
        employee=("", "The live list works since Tuesday.", "gone|Kristin has built it with Yuki."),
        topics=("My week in the workshop",),
        note="Ask whether the workshop week can count as development.",
        shared=False,
    ),
    Talk(
        "nina",
        ago=0,
        employee=(
            "",
            "Two hundred riders came to the winter evening; forty stayed to help each other.",
            "there|The forum still runs on my own account. It waits for Arjun.",
            "5|Nothing to leave out this time.",
            "ask|Ask Arjun for a date. I have asked twice.",
            "Happy, and short of sleep.",
        ),
    ),
)
