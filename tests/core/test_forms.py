"""Forms in the product's look."""

from decimal import Decimal

from bs4 import BeautifulSoup
from django import forms as django_forms
from django.template import engines

from core import forms


class Sample(forms.Form):
    title = django_forms.CharField(label="Objective", help_text="One sentence.")
    kind = django_forms.ChoiceField(
        label="Kind",
        choices=[("theme", "Theme"), ("focus", "One focus")],
        widget=forms.ChoiceCards({"theme": "Shared by several departments"}),
    )
    target = forms.DecimalField(label="Target", required=False)
    draft = django_forms.BooleanField(label="Keep as draft", required=False, widget=forms.Switch)


def page(source, **context):
    text = engines["django"].from_string(source).render(context)
    return BeautifulSoup(text, "html.parser")


def group(form, name):
    return page("{{ field.as_field_group }}", field=form[name])


def test_a_field_is_label_control_and_hint():
    field = group(Sample(), "title").find(class_="field")
    assert field.label["for"] == field.input["id"] == "id_title"
    assert field.input["class"] == ["input"]
    assert field.input["aria-describedby"] == field.find(class_="hint")["id"]
    assert "required" not in field.input.attrs


def test_an_error_is_tied_to_its_control():
    field = group(Sample({"kind": "theme"}), "title")
    error = field.find(class_="field-error")
    assert field.input["aria-invalid"] == "true"
    assert error["id"] in field.input["aria-describedby"].split()
    assert error.use["href"].endswith("#circle-alert")
    assert error.get_text().strip() == "Fill this in."


def test_an_empty_choice_is_asked_for_kindly():
    assert Sample({}).errors["kind"] == ["Choose one."]


def test_a_field_keeps_its_own_words():
    class Own(forms.Form):
        why = django_forms.CharField(error_messages={"required": "Write a sentence or two."})

    assert Own({}).errors["why"] == ["Write a sentence or two."]


def test_choice_cards_explain_each_answer():
    field = group(Sample({}), "kind")
    assert field.legend.get_text().strip() == "Kind"
    assert [card.b.get_text() for card in field.find_all("label")] == ["Theme", "One focus"]
    assert field.small.get_text() == "Shared by several departments"
    assert field.fieldset["aria-describedby"] == field.find(class_="field-error")["id"]


def test_a_switch_is_one():
    switch = group(Sample(), "draft").input
    assert (switch["class"], switch["role"]) == (["switch"], "switch")


def test_a_number_is_read_as_typed_and_shown_with_its_groups():
    form = Sample({"title": "A", "kind": "theme", "target": "4.150,5"})
    assert form.is_valid()
    assert form.cleaned_data["target"] == Decimal("4150.5")
    assert (
        group(Sample(initial={"target": Decimal("4150.5")}), "target").input["value"] == "4,150.5"
    )


def test_a_wrong_number_stays_as_typed():
    form = Sample({"title": "A", "kind": "theme", "target": "about 5"})
    field = group(form, "target")
    assert field.input["value"] == "about 5"
    assert "Enter a number" in field.find(class_="field-error").get_text()


def test_the_summary_links_to_each_wrong_field():
    summary = page("{% error_summary form %}", form=Sample({}))
    assert summary.h2.get_text() == "2 things need you before this can be saved"
    assert [link["href"] for link in summary.find_all("a")] == ["#id_title", "#id_kind_0"]


def test_a_summary_of_formsets_links_into_their_forms():
    formset = django_forms.formset_factory(Sample, min_num=1, validate_min=True, extra=0)
    data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-kind": "theme"}
    summary = page("{% error_summary form rows %}", form=Sample(), rows=formset(data))
    links = [link["href"] for link in summary.find_all("a")]
    assert "#id_form-0-title" in links


def test_nothing_wrong_is_no_summary():
    assert not page("{% error_summary form %}", form=Sample()).find()


def test_a_whole_form_is_its_summary_and_its_fields():
    whole = page("{{ form }}", form=Sample({}))
    assert whole.find(attrs={"data-errors": True})
    assert len(whole.find_all(class_="field")) == 4


def test_a_form_of_an_installed_application_looks_like_ours():
    class Theirs(django_forms.Form):
        email = django_forms.EmailField(
            widget=django_forms.EmailInput(attrs={"placeholder": "Email"})
        )

    field = group(Theirs(), "email").input
    assert field["class"] == ["input"]
    assert "placeholder" not in field.attrs


class CheckIn(forms.Form):
    value = forms.DecimalField(label="Rate now", widget=forms.Stepper(Decimal("0.1"), "%"))
    confidence = forms.ConfidenceField(label="How sure are you?")


def test_a_stepper_has_two_named_buttons_around_its_number():
    stepper = group(CheckIn(initial={"value": Decimal("3.9")}), "value").find(class_="stepper")
    assert [button["data-step"] for button in stepper.find_all("button")] == ["-0.1", "0.1"]
    assert stepper.button["aria-label"] == "Lower by 0.1"
    assert (stepper.input["value"], stepper.input["inputmode"]) == ("3.9", "decimal")
    assert stepper.find(class_="unit").get_text() == "%"


def test_a_confidence_has_ten_answers_in_three_bands():
    scale = group(CheckIn(initial={"confidence": 6}), "confidence").find(class_="scale")
    bands = [label["data-st"] for label in scale.find_all("label")]
    assert bands == ["off"] * 3 + ["risk"] * 3 + ["on"] * 4
    assert [answer["value"] for answer in scale.find_all("input", checked=True)] == ["6"]
    assert CheckIn({"value": "3,9", "confidence": "6"}).is_valid()
    assert not CheckIn({"value": "3,9", "confidence": "11"}).is_valid()
