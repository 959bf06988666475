from demo.story import Said

SAID = (
    Said(
        "winter",
        12,
        "priya",
        "The grips work. What we hear in the workshops is the range: people turn round at four "
        "degrees. @Mei Tanaka, does your forecast change that this quarter?",
        {"henrik": "agree", "jonas": "agree"},
    ),
    Said(
        "winter",
        11,
        "mei",
        "From week 9, for riders on the new firmware. @Zoe Martin can show it to whoever wants to "
        "see it.",
        {"priya": "thanks", "henrik": "seen"},
    ),
    Said(
        "winter",
        9,
        "jonas",
        "I would rather call riders before they pause than win them back. Marek's people have the "
        "numbers of everybody who skipped a service.",
        {"priya": "question", "marek": "agree"},
    ),
    Said(
        "worry",
        6,
        "max",
        "@Cleo Winter, the Saturday shift answered within the hour for the first time. What did "
        "you change?",
    ),
    Said(
        "worry",
        5,
        "cleo",
        "We stopped sorting by hand: what the form knows goes straight to whoever can answer it. "
        "Nina wrote down how: https://wiki.acme.example/answers/saturday",
        {"max": "thanks", "nina": "agree", "david": "agree"},
    ),
    Said("worry", 1, "nina", "@David Roth and I can do the same for Sundays.", {"cleo": "thanks"}),
    Said(
        "supply",
        4,
        "samira",
        "Two stops this week were the same connector. @Hanna Koch, who decides whether we take "
        "the second source?",
        {"tomasz": "question"},
    ),
    Said("supply", 3, "hanna", "I do, on Thursday. The samples passed.", {"samira": "thanks"}),
    Said("contract", 2, "ruth", "The reserve allows it up to March. Not a day longer."),
)
