from django.db import migrations


def take_days(apps, schema_editor):
    """Let the trigger write the days of the one focuses that run already."""
    objective = apps.get_model("objectives", "Objective")
    rows = objective.objects.using(schema_editor.connection.alias)
    rows.filter(kind="one_focus", closed_at=None).update(kind="one_focus")


class Migration(migrations.Migration):
    dependencies = [("objectives", "0016_one_focus_at_any_date")]

    operations = [migrations.RunPython(take_days, migrations.RunPython.noop)]
