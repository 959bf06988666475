
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0005_dissolved_departments_and_individual_objectives'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='department',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='department',
            name='update_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='department',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "organizations_departmentversion" ("dissolved_on", "head_id", "id", "kind", "name", "organization_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviews") VALUES (NEW."dissolved_on", NEW."head_id", NEW."id", NEW."kind", NEW."name", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reviews"); RETURN NULL;', hash='481f9701663628ae80316d8c627b1e09eb945c71', operation='INSERT', pgid='pgtrigger_insert_insert_d2d09', table='organizations_department', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='department',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "organizations_departmentversion" ("dissolved_on", "head_id", "id", "kind", "name", "organization_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviews") VALUES (NEW."dissolved_on", NEW."head_id", NEW."id", NEW."kind", NEW."name", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reviews"); RETURN NULL;', hash='f3dc7c0033c13df3f9fd70dd3c1b7de92de91d7b', operation='UPDATE', pgid='pgtrigger_update_update_51718', table='organizations_department', when='AFTER')),
        ),
    ]
