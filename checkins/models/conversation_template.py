from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from checkins.question_sets import QUESTION_SETS, QuestionSet
from checkins.windows import Kind
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

KINDS = {
    Kind.BIWEEKLY: _("Bi-weekly conversation"),
    Kind.QUARTER_START: _("Start of the quarter"),
    Kind.QUARTER_END: _("End of the quarter"),
}


class ConversationTemplateQuerySet(models.QuerySet["ConversationTemplate"]):
    def current(self) -> "dict[str, ConversationTemplate]":
        """Return the latest version of each kind."""
        latest = self.order_by("kind", "-version").distinct("kind")
        return {template.kind: template for template in latest}


class ConversationTemplate(TenantModel):
    """What a kind of conversation asks. A change is a new version; what runs keeps its own (§9)."""

    class Order(models.TextChoices):
        EMPLOYEE_FIRST = "employee_first", _("The employee first")
        PARALLEL = "parallel", _("Both at once")

    kind = models.CharField(max_length=13, choices=KINDS)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("name"), max_length=100)
    order = models.CharField(max_length=14, choices=Order, default=Order.EMPLOYEE_FIRST)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = TenantManager.from_queryset(ConversationTemplateQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("created_by"),
            models.UniqueConstraint(
                fields=["organization", "kind", "version"], name="conversation_template_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(Kind)), name="conversation_template_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(order__in=["employee_first", "parallel"]),
                name="conversation_template_order_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.version}"

    @property
    def title(self) -> str:
        """Its name in the reader's language, where ours was kept and is translated."""
        return gettext(self.name)

    @classmethod
    @transaction.atomic
    def all_current(cls) -> "dict[str, ConversationTemplate]":
        """Return the latest of each kind; where an organization has none, its first version."""
        found = cls.objects.current()
        if missing := QUESTION_SETS.keys() - found.keys():
            tree_lock("conversation templates")
            found = cls.objects.current()
            found |= {kind: cls.seed(QUESTION_SETS[kind]) for kind in missing - found.keys()}
        return found

    @classmethod
    def seed(cls, asked: QuestionSet) -> "ConversationTemplate":
        template = cls.objects.create(kind=asked.kind, name=asked.name)
        Question.objects.bulk_create(
            Question(
                template=template,
                position=position,
                answered_by=one.by,
                type=one.type,
                text=one.text,
                help=one.help,
                required=one.required,
                options=[list(option) for option in one.options],
                about=one.about,
                becomes=one.becomes,
            )
            for position, one in enumerate(asked.questions)
        )
        return template


class Question(TenantModel):
    """One question of a template, answered by the employee, the counterpart, or both."""

    class Side(models.TextChoices):
        EMPLOYEE = "employee", _("The employee")
        COUNTERPART = "counterpart", _("The manager")
        BOTH = "both", _("Both")

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        SCALE = "scale", _("Scale from 1 to 5")
        CHOICE = "choice", _("Choice")
        TIME_SPLIT = "time_split", _("How time is spent")
        OUTCOMES = "outcomes", _("Outcomes")
        KEY_RESULT_REVIEW = "key_result_review", _("Review of key results")
        DECISION = "decision", _("Decision")
        ACTION = "action", _("Actions")

    class About(models.TextChoices):
        """What a decision is made about, one row each."""

        KEY_RESULTS = "key_results", _("The employee's key results")
        OUTCOMES = "outcomes", _("The outcomes they named")

    class Becomes(models.TextChoices):
        HELP = "help", _("A request for help")

    template = models.ForeignKey(ConversationTemplate, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    answered_by = models.CharField(max_length=11, choices=Side)
    type = models.CharField(max_length=17, choices=Type, default=Type.TEXT)
    text = models.CharField(_("question"), max_length=300)
    help = models.CharField(_("hint"), max_length=300, blank=True)
    required = models.BooleanField(_("required"), default=False)
    options = models.JSONField(default=list)
    about = models.CharField(max_length=11, choices=About, blank=True)
    becomes = models.CharField(max_length=4, choices=Becomes, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [
            *locks("template"),
            models.UniqueConstraint(
                fields=["organization", "template", "position"], name="question_has_its_place"
            ),
            models.UniqueConstraint(
                fields=["organization", "template", "id"], name="question_of_its_template"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__in=["employee", "counterpart", "both"]),
                name="question_is_answered_by_a_side",
            ),
            models.CheckConstraint(
                condition=Q(
                    type__in=[
                        "text",
                        "scale",
                        "choice",
                        "time_split",
                        "outcomes",
                        "key_result_review",
                        "decision",
                        "action",
                    ]
                ),
                name="question_type_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> str:
        """The question in the reader's language, where ours was kept and is translated."""
        return gettext(self.text)

    @property
    def hint(self) -> str:
        return gettext(self.help) if self.help else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(value, gettext(label)) for value, label in self.options]

    def is_asked_of(self, side: Any) -> bool:
        return self.answered_by in {side, Question.Side.BOTH}
