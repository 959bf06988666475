"""Reading what the people team types. Forms only validate; verbs write."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.edit_forms import EditForm
from core.forms import DateInput, Form, Switch
from core.pickers import PickerField

from .calendar import fiscal_year, lay_out_year
from .models import Department, FiscalCalendar, Organization, Person, RoleGrant
from .permissions import grantable_roles

MONTHS = [
    (1, _("1 January")),
    (2, _("1 February")),
    (3, _("1 March")),
    (4, _("1 April")),
    (5, _("1 May")),
    (6, _("1 June")),
    (7, _("1 July")),
    (8, _("1 August")),
    (9, _("1 September")),
    (10, _("1 October")),
    (11, _("1 November")),
    (12, _("1 December")),
]
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
YEARS_AHEAD = 2


class ZoneField(forms.CharField):
    """A time zone as people know it: Europe/Berlin, or just Berlin."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text or text in available_timezones():
            return text
        wanted = text.strip().casefold().replace(" ", "_")
        zones = sorted(available_timezones())
        found = [zone for zone in zones if wanted in {zone.casefold(), place(zone)}]
        if len(found) == 1:
            return found[0]
        message = _("“%(name)s” is not a time zone, like Europe/Berlin.")
        raise ValidationError(message, "unknown", {"name": text})


def place(zone: str) -> str:
    return zone.rpartition("/")[2].casefold()


def pks(thing: Person | Department | None) -> list[UUID]:
    """Return the row a name may be taken by: the one that is edited."""
    return [thing.pk] if thing else []


def person_field(**options: Any) -> PickerField:
    names, url = ("name", "email"), "organizations:person_options"
    return PickerField(Person.objects.all(), names=names, options=url, required=False, **options)


def department_field(**options: Any) -> PickerField:
    url = "organizations:department_options"
    return PickerField(Department.objects.all(), options=url, required=False, **options)


class PersonForm(Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    job_title = forms.CharField(label=_("Job title"), max_length=100, required=False)
    department = department_field(label=_("Department"))
    manager = person_field(label=_("Manager"))
    starts_on = forms.DateField(label=_("First day"), widget=DateInput, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Most people need none, managers neither."),
    )

    person: Person | None = None

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.today = by.organization.today()
        self.choice("roles").choices = [(role, role.label) for role in grantable_roles(by)]
        self.picker("manager").queryset = Person.objects.present(self.today)

    def choice(self, name: str) -> forms.MultipleChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        return field

    def picker(self, name: str) -> PickerField:
        field = self.fields[name]
        assert isinstance(field, PickerField)
        return field

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if Person.objects.filter(email__iexact=email).exclude(pk__in=pks(self.person)).exists():
            raise ValidationError(_("Somebody here has that e-mail address already."), "taken")
        return email


class PersonCreateForm(PersonForm):
    invite = forms.BooleanField(
        label=_("Send the invitation now"), widget=Switch, required=False, initial=True
    )


class PersonEditForm(EditForm, PersonForm):
    time_zone = ZoneField(label=_("Time zone"), max_length=50, required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As the organization")), *settings.LANGUAGES],
        required=False,
    )
    on = forms.DateField(
        label=_("Department and manager change on"),
        widget=DateInput,
        required=False,
        help_text=_("Earlier days are possible and stay visible in the history."),
    )
    about_saving = ("on",)

    def __init__(self, *args: Any, by: Person, person: Person, **kwargs: Any) -> None:
        self.person = person
        today = by.organization.today()
        initial = facts_of(person, today) | {"on": today}
        super().__init__(*args, by=by, initial=initial, **kwargs)
        others = Person.objects.present(today).exclude(pk=person.pk)
        self.picker("manager").queryset = others
        organization = by.organization
        self.fields["time_zone"].help_text = _("Empty: as the organization, %(zone)s.") % {
            "zone": organization.time_zone
        }

    def clean_on(self) -> date:
        return self.cleaned_data["on"] or self.today


def facts_of(person: Person, day: date) -> dict[str, Any]:
    """Return what the form about a person shows."""
    return {
        "name": person.name,
        "email": person.email,
        "job_title": person.job_title,
        "department": person.department_on(day),
        "manager": person.manager_on(day),
        "starts_on": person.starts_on,
        "roles": sorted(person.roles_on(day)),
        "time_zone": person.time_zone,
        "language": person.language,
    }


class LeaveForm(Form):
    on = forms.DateField(
        label=_("Gone from"),
        widget=DateInput,
        help_text=_("The first day they are not here any more."),
    )


class PeopleFilterForm(Form):
    q = forms.CharField(
        label=_("Name or e-mail"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or e-mail")}),
    )
    department = department_field(label=_("Department"))
    manager = person_field(label=_("Manager"))
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("Any role")), *RoleGrant.Role.choices], required=False
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("Everybody who is here")), *Person.Status.choices],
        required=False,
    )

    def wanted(self) -> dict[str, Any]:
        """Return what was asked for; nothing when nothing was."""
        if not self.is_valid():
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}


class DepartmentForm(Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=Department.Kind.choices)
    parent = department_field(
        label=_("Belongs to"), help_text=_("Empty: it stands directly below the company.")
    )
    head = person_field(label=_("Head"))
    reviews = forms.BooleanField(
        label=_("A manager approves a draft before it is committed"), required=False, widget=Switch
    )

    department: Department | None = None

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if Department.objects.filter(name=name).exclude(pk__in=pks(self.department)).exists():
            raise ValidationError(_("There is a department of that name already."), "taken")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Department.Kind.GROUP and cleaned.get("parent"):
            message = _("A group reaches across departments and belongs to none.")
            self.add_error("parent", ValidationError(message, "group"))
        return cleaned


class DepartmentEditForm(EditForm, DepartmentForm):
    def __init__(self, *args: Any, department: Department, day: date, **kwargs: Any) -> None:
        self.department = department
        initial = {
            "name": department.name,
            "kind": department.kind or Department.Kind.DEPARTMENT,
            "parent": department.parent_on(day),
            "head": department.head,
            "reviews": department.reviews,
        }
        super().__init__(*args, initial=initial, **kwargs)


class DissolveForm(Form):
    on = forms.DateField(
        label=_("Gone from"),
        widget=DateInput,
        help_text=_("The first day it is not there any more. People and departments move first."),
    )


class YearForm(Form):
    """Which fiscal year to lay out; the month it begins in can only be chosen for the first."""

    start_month = forms.TypedChoiceField(
        label=_("Fiscal year starts"), choices=MONTHS, coerce=int, required=False
    )
    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int, required=False)

    def __init__(
        self, data: Any = None, *, calendar: FiscalCalendar, today: date, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        month = self.fields["start_month"]
        month.initial = calendar.start_month
        if calendar.is_in_use:
            month.disabled = True
            month.help_text = _("Fixed since the first year was published: years never overlap.")
        self.first_month = calendar.start_month if month.disabled else self.typed_month()
        done = calendar.years_laid_out()
        running = fiscal_year(self.first_month, today)
        years = range(running - 1, running + YEARS_AHEAD + 1)
        self.published = {year for year in years if year in done}
        year_field = self.fields["year"]
        assert isinstance(year_field, forms.ChoiceField)
        year_field.choices = [(year, self.year_label(year)) for year in years]
        year_field.initial = next((year for year in years[1:] if year not in done), running)

    def typed_month(self) -> int:
        """Return the month asked for; the years to choose from follow from it."""
        asked = str(self.data.get("start_month", ""))
        known = {str(number): number for number, _name in MONTHS}
        return known.get(asked) or int(self.fields["start_month"].initial)

    def year_label(self, year: int) -> str:
        label = lay_out_year(self.first_month, year).label
        return str(_("%(year)s, published") % {"year": label}) if year in self.published else label

    @property
    def chosen_year(self) -> int:
        """Return the year asked for; when none was, the next one that nobody has published."""
        asked = self.cleaned_data.get("year") if self.is_bound and self.is_valid() else None
        return int(asked or self.fields["year"].initial)


class RhythmForm(EditForm):
    checkin_cadence = forms.ChoiceField(
        label=_("Check-ins"), choices=Organization.CheckInCadence.choices
    )
    checkin_weekday = forms.TypedChoiceField(label=_("Weekday"), choices=WEEKDAYS, coerce=int)
    checkin_at = forms.TimeField(
        label=_("Reminder at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the clock where each person is."),
    )
    time_zone = ZoneField(
        label=_("Time zone of the organization"),
        max_length=50,
        help_text=_("Quarters begin and end by it. It is also that of people without their own."),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        names = ("checkin_cadence", "checkin_weekday", "checkin_at", "time_zone")
        initial = {name: getattr(organization, name) for name in names}
        super().__init__(*args, initial=initial, **kwargs)


class SetPasswordForm(Form):
    """The one thing somebody who is invited has to choose."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters, and none of those everybody uses."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self.email))
        return password


class OrganizationForm(Form):
    name = forms.CharField(label=_("Name of the organization"), max_length=100)
    owner_name = forms.CharField(label=_("Your name"), max_length=100)
    time_zone = ZoneField(
        label=_("Time zone"),
        max_length=50,
        initial="UTC",
        help_text=_("For example Europe/Berlin."),
    )
