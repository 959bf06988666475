"""What the three conversations ask: version 1 of each template, in every organization.

The words are ours; the comments name the requirement each question serves. They are stored in
English and shown in the reader's language, as far as the catalogue knows them.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as n_

from .windows import Kind

EMPLOYEE, MANAGER = "employee", "counterpart"
TEXT, SCALE, CHOICE, SPLIT = "text", "scale", "choice", "time_split"
OUTCOMES, REVIEW, DECISION, ACTION = "outcomes", "key_result_review", "decision", "action"
HELP = "help"
KEY_RESULTS, OUTCOME_ROWS = "key_results", "outcomes"


@dataclass(frozen=True)
class Asked:
    """One question. ``options`` are value and label; ``becomes`` is what its answer turns into."""

    by: str
    text: str
    type: str = TEXT
    required: bool = False
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    about: str = ""
    becomes: str = ""


@dataclass(frozen=True)
class QuestionSet:
    kind: Kind
    name: str
    questions: tuple[Asked, ...]


HELP_OR_NOT = (("ask", n_("Help with this")), ("nothing", n_("Nothing this time")))
RAISE = Asked(EMPLOYEE, n_("Is there anything you want to raise that isn't here?"))
ANSWERS_TO_HELP = (
    ("yes", n_("Yes, by the date I write")),
    ("no", n_("No, because")),
    ("talk", n_("Let's talk")),
)
BIWEEKLY = QuestionSet(
    Kind.BIWEEKLY,
    n_("Bi-weekly conversation"),
    (
        Asked(
            EMPLOYEE,  # R53
            n_("How has each of your key results moved since we last spoke?"),
            REVIEW,
            required=True,
            help=n_("What you say here is your check-in; nobody asks you twice."),
        ),
        Asked(EMPLOYEE, n_("What did you achieve that you want noticed?"), required=True),  # R55
        Asked(
            EMPLOYEE,  # R55
            n_("What got in your way, and is it still there?"),
            CHOICE,
            required=True,
            help=n_("Say also whom it waits for."),
            options=(
                ("gone", n_("Gone")),
                ("there", n_("Still there")),
                ("growing", n_("Growing")),
                ("nothing", n_("Nothing was in my way")),
            ),
        ),
        Asked(
            EMPLOYEE,  # R56
            n_("How well does what you are working on now fit your OKRs?"),
            SCALE,
            required=True,
            help=n_("What takes time and doesn't serve them?"),
        ),
        Asked(
            EMPLOYEE,  # R56
            n_("What could I, your manager, do to help before we meet again?"),
            CHOICE,
            required=True,
            help=n_("It becomes your manager's action."),
            options=HELP_OR_NOT,
            becomes=HELP,
        ),
        Asked(EMPLOYEE, n_("How are you, really?"), help=n_("Only the two of you read this.")),
        RAISE,
        Asked(
            MANAGER,  # R54
            n_("Which of these is falling behind, and what do we adjust?"),
            DECISION,
            required=True,
            options=(
                ("nothing", n_("Nothing")),
                ("scope", n_("Scope")),
                ("order", n_("Order")),
                ("people", n_("People")),
                ("date", n_("Date")),
            ),
            about=KEY_RESULTS,
        ),
        Asked(MANAGER, n_("What did you see done well?"), required=True),  # R14, R16
        Asked(MANAGER, n_("One thing to do differently, and an example of it")),  # R50
        Asked(
            MANAGER,  # R56
            n_("My answer to your request for help"),
            CHOICE,
            required=True,
            options=(*ANSWERS_TO_HELP, ("none", n_("You asked for none"))),
        ),
    ),
)
QUARTER_START = QuestionSet(
    Kind.QUARTER_START,
    n_("Start of the quarter"),
    (
        Asked(
            EMPLOYEE,  # R58
            n_("What are you going to focus on in the next 90 days?"),
            required=True,
            help=n_("If you are unsure, write that."),
        ),
        Asked(
            EMPLOYEE,  # R58
            n_("How do you spend your time now?"),
            SPLIT,
            required=True,
            help=n_("Three to six things, in per cent; together they are 100."),
        ),
        Asked(
            EMPLOYEE,  # R59
            n_("Which outcomes do you want to achieve?"),
            OUTCOMES,
            required=True,
            help=n_("One to three. Each can become an objective."),
        ),
        Asked(
            EMPLOYEE,  # R59
            n_("How will we measure each one objectively?"),
            OUTCOMES,
            required=True,
            help=n_("From what, to what, by when, counted where. Each can become a key result."),
            options=(
                ("from", n_("From")),
                ("to", n_("To")),
                ("by", n_("By when")),
                ("where", n_("Counted where")),
            ),
        ),
        Asked(
            EMPLOYEE,  # R59
            n_("What kind of support do you need, and from whom?"),
            CHOICE,
            required=True,
            help=n_("People, money, a decision, a skill, access or time."),
            options=HELP_OR_NOT,
            becomes=HELP,
        ),
        Asked(
            EMPLOYEE,  # R2
            n_("Which company or departmental objective does each outcome serve?"),
        ),
        Asked(EMPLOYEE, n_("What do you want to get better at this quarter?")),  # R4
        RAISE,
        Asked(
            MANAGER,  # R60
            n_("For each outcome: right, adjust or replace, and why"),
            DECISION,
            required=True,
            options=(
                ("right", n_("Right")),
                ("adjust", n_("Adjust")),
                ("replace", n_("Replace")),
            ),
            about=OUTCOME_ROWS,
        ),
        Asked(
            MANAGER,  # R61
            n_("Are there other projects you should focus on this quarter?"),
            required=True,
            help=n_("What may drop for them?"),
        ),
        Asked(
            MANAGER,  # R59
            n_("Support I commit to, with a date; support I can't give, and why"),
            required=True,
        ),
        Asked(MANAGER, n_("What in your time split should change?")),  # R58
    ),
)
QUARTER_END = QuestionSet(
    Kind.QUARTER_END,
    n_("End of the quarter"),
    (
        Asked(
            EMPLOYEE,  # R64
            n_("What do you want to be able to do next quarter that you can't yet?"),
            required=True,
            help=n_("Which step comes first?"),
        ),
        Asked(
            EMPLOYEE,  # R66
            n_("How have your priorities changed this quarter, and why?"),
            required=True,
        ),
        Asked(
            EMPLOYEE,  # R66, R69
            n_("What should continue, change or stop next quarter?"),
            DECISION,
            required=True,
            options=(
                ("continue", n_("Continue")),
                ("restart", n_("Start again")),
                ("drop", n_("Drop")),
            ),
            about=KEY_RESULTS,
        ),
        Asked(
            EMPLOYEE,  # R66
            n_("How can I help you reach those objectives?"),
            CHOICE,
            required=True,
            help=n_("It becomes your manager's action."),
            options=HELP_OR_NOT,
            becomes=HELP,
        ),
        Asked(EMPLOYEE, n_("What did you achieve?"), required=True),  # R65
        Asked(
            EMPLOYEE,  # R65
            n_("Which obstacles did you meet, and which will still be there?"),
            required=True,
        ),
        Asked(EMPLOYEE, n_("What did you learn that another team should know?")),
        RAISE,
        Asked(
            MANAGER,  # R16, R65
            n_("What I saw you achieve, including what no figure shows"),
            required=True,
        ),
        Asked(
            MANAGER,  # R4, R47, R64
            n_("Where I see you growing next, and what I'll do for it by when"),
            ACTION,
            required=True,
        ),
        Asked(
            MANAGER,  # R66
            n_("My view on your changed priorities"),
            CHOICE,
            required=True,
            options=(("confirm", n_("I confirm them")), ("adjust", n_("I would adjust"))),
        ),
        Asked(MANAGER, n_("What I could have done better for you this quarter")),
    ),
)
QUESTION_SETS = {one.kind: one for one in (BIWEEKLY, QUARTER_START, QUARTER_END)}
