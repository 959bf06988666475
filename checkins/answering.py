"""One side of a conversation as its author fills it in.

Whatever is typed is kept as it is, so that saving a draft never loses it; what is missing or cannot
be is said when it is shared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.numbers import parse_decimal

from .models import Answer, Conversation, Question
from .question_sets import KEY_RESULTS, OUTCOME_ROWS

Type = Question.Type
LONGEST_TEXT, LONGEST_CELL = 20000, 500
ROWS = {Type.TIME_SPLIT: 6, Type.OUTCOMES: 3, Type.DECISION: 3, Type.ACTION: 3}
ALL_OF_IT = Decimal(100)
NO_HELP = "nothing"
SCALE = [(str(n), str(n)) for n in range(1, 6)]


@dataclass(frozen=True)
class Column:
    """One column of an answer in rows: text, number, date or a choice."""

    name: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()

    def shown(self, value: str) -> str:
        return dict(self.choices).get(value, value)


@dataclass(frozen=True)
class Cell:
    column: Column
    name: str
    value: str

    @property
    def shown(self) -> str:
        return self.column.shown(self.value)


def columns_of(question: Question) -> list[Column]:
    match question.type:
        case Type.TIME_SPLIT:
            serves = [
                ("objective", _("An objective")),
                ("running", _("Keeps things running")),
                ("neither", _("Neither")),
            ]
            return [
                Column("what", _("What takes your time")),
                Column("share", _("Per cent"), "number"),
                Column("serves", _("It serves"), "choice", serves),
            ]
        case Type.OUTCOMES:
            more = [Column(name, label) for name, label in question.choices]
            return [Column("what", _("Outcome")), *more]
        case Type.DECISION:
            return [
                Column("what", _("About")),
                Column("chosen", _("Decision"), "choice", question.choices),
                Column("why", _("Why")),
            ]
        case Type.ACTION:
            return [Column("what", _("What I'll do")), Column("due", _("By"), "date")]
    return []


class Field:
    """One question with its author's answer, as it is saved or as it was just sent."""

    def __init__(
        self,
        question: Question,
        answer: Answer | None,
        data: Mapping[str, Any] | None = None,
        subjects: Sequence[str] = (),
    ) -> None:
        self.question = question
        self.answer = answer
        self.data = data
        self.subjects = subjects
        self.columns = columns_of(question)
        self.problem = ""
        self.elsewhere = ""

    @property
    def name(self) -> str:
        return str(self.question.pk)

    @property
    def version(self) -> int:
        return self.answer.version if self.answer else 0

    @property
    def seen(self) -> int | None:
        """The version its writer has read; none where the form came without one."""
        given = self.data.get(f"{self.name}-seen", "") if self.data is not None else ""
        return int(given) if given.isdecimal() else None

    @property
    def options(self) -> Sequence[tuple[str, str]]:
        if self.question.type == Type.SCALE:
            return SCALE
        return self.question.choices if self.question.type == Type.CHOICE else ()

    @property
    def takes_text(self) -> bool:
        return not self.columns

    @property
    def said(self) -> dict[str, Any]:
        """What stands in the fields now."""
        if self.data is None:
            return {"text": self.text, "chosen": self.chosen, "rows": self.rows}
        chosen = self.data.get(f"{self.name}-chosen", "")
        return {
            "text": self.data.get(f"{self.name}-text", "").replace("\r\n", "\n")[:LONGEST_TEXT],
            "chosen": chosen if chosen in dict(self.options) else "",
            "rows": self.typed_rows(),
        }

    @property
    def text(self) -> str:
        if self.data is not None:
            return str(self.said["text"])
        return self.answer.text if self.answer else ""

    @property
    def chosen(self) -> str:
        if self.data is not None:
            return str(self.said["chosen"])
        return self.answer.chosen if self.answer else ""

    @property
    def rows(self) -> list[dict[str, str]]:
        if self.data is not None:
            return self.typed_rows()
        return self.answer.rows if self.answer else []

    def typed_rows(self) -> list[dict[str, str]]:
        assert self.data is not None
        rows = []
        for n in range(self.row_count):
            row = {
                column.name: str(self.data.get(f"{self.name}-{n}-{column.name}", ""))[:LONGEST_CELL]
                for column in self.columns
            }
            given = {name for name, value in row.items() if value.strip()}
            if given - ({"what"} if self.subjects else set()):
                rows.append(row)
        return rows

    @property
    def row_count(self) -> int:
        return max(ROWS.get(Type(self.question.type), 0), len(self.subjects))

    @property
    def grid(self) -> list[list[Cell]]:
        """The rows to fill in: what was said, then what there is to say it about, then empty."""
        rows = list(self.rows)
        told = {row.get("what", "") for row in rows}
        rows += [{"what": subject} for subject in self.subjects if subject not in told]
        wanted = len(rows) if self.subjects else self.row_count
        rows += [{}] * (wanted - len(rows))
        return [
            [
                Cell(column, f"{self.name}-{n}-{column.name}", row.get(column.name, ""))
                for column in self.columns
            ]
            for n, row in enumerate(rows)
        ]

    @property
    def chosen_words(self) -> str:
        return dict(self.options).get(self.chosen, self.chosen)

    @property
    def told(self) -> list[list[Cell]]:
        """The rows as they are read."""
        return [[Cell(one, "", row.get(one.name, "")) for one in self.columns] for row in self.rows]

    def judge(self, *, reviewed: bool) -> bool:
        """Say what is still missing before this can be shared; return whether nothing is."""
        self.problem = self.missing(reviewed=reviewed) or self.split_problem()
        return not self.problem

    @property
    def asks_for_help(self) -> bool:
        """Whether it becomes an action of the other's, which then has to say something."""
        return bool(self.question.becomes) and self.chosen != NO_HELP

    def missing(self, *, reviewed: bool) -> str:
        if not self.question.required:
            return ""
        if self.question.type == Type.KEY_RESULT_REVIEW:
            return "" if reviewed else _("Check in on the key results above first.")
        if self.columns:
            return "" if self.rows else _("Fill in at least one row.")
        if self.options and not self.chosen:
            return _("Choose one.")
        if self.options and not self.asks_for_help:
            return ""
        return "" if self.text.strip() else _("Write a line or two.")

    def split_problem(self) -> str:
        """Time adds up to all of it (R58)."""
        if self.question.type != Type.TIME_SPLIT or not self.rows:
            return ""
        try:
            total = sum((parse_decimal(row["share"]) for row in self.rows), Decimal(0))
        except ValueError:
            return _("Write how many per cent each takes.")
        if total == ALL_OF_IT:
            return ""
        words = _("Together it is %(total)s per cent; it should be 100.")
        return words % {"total": f"{total.normalize():f}"}


@dataclass
class Part:
    """All the questions of one side, with what its author has written."""

    conversation: Conversation
    fields: list[Field]

    def judge(self, *, reviewed: bool) -> bool:
        for field in self.fields:
            field.judge(reviewed=reviewed)
        return not self.problems

    @property
    def problems(self) -> list[Field]:
        return [field for field in self.fields if field.problem]

    @property
    def problem_words(self) -> str:
        n = len(self.problems)
        words = ngettext("%(n)d question needs you.", "%(n)d questions need you.", n)
        return words % {"n": n}


def subjects_of(
    question: Question, key_results: Sequence[Any], answers: Sequence[Answer]
) -> list[str]:
    """Return what a decision is made about: key results, or the outcomes the employee shared."""
    if question.about == KEY_RESULTS:
        return [one.title[:LONGEST_CELL] for one in key_results]
    if question.about == OUTCOME_ROWS:
        named = [one for one in answers if one.question.type == Type.OUTCOMES]
        return [row["what"] for one in named[:1] for row in one.rows if row.get("what")]
    return []
