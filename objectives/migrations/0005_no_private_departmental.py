from django.db import migrations


def make_supporting(apps, schema_editor):
    """A departmental objective is never private from here on; what is private stays so."""
    objective = apps.get_model("objectives", "Objective")
    private = objective.objects.using(schema_editor.connection.alias)
    private.filter(kind="departmental", visibility="private").update(kind="supporting")


class Migration(migrations.Migration):
    dependencies = [("objectives", "0004_life")]

    operations = [migrations.RunPython(make_supporting, migrations.RunPython.noop)]
