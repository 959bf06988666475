
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('objectives', '0010_themes'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='objective',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='objective',
            name='update_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objective',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "objectives_objectiveversion" ("ambition", "basis", "cancel_reason", "cancelled_at", "cancelled_by_id", "carried_from_id", "challenge", "challenge_words", "checked_in_on", "closed_at", "closed_by_id", "committed_at", "committed_by_id", "confidence", "countable", "created_at", "created_by_id", "cycle_id", "department_id", "functions_reason", "id", "kind", "level", "measured", "organization_id", "owner_id", "pause_reason", "paused_at", "paused_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "progress", "shared_at", "shared_by_id", "status", "times_carried", "title", "version", "visibility", "why") VALUES (NEW."ambition", NEW."basis", NEW."cancel_reason", NEW."cancelled_at", NEW."cancelled_by_id", NEW."carried_from_id", NEW."challenge", NEW."challenge_words", NEW."checked_in_on", NEW."closed_at", NEW."closed_by_id", NEW."committed_at", NEW."committed_by_id", NEW."confidence", NEW."countable", NEW."created_at", NEW."created_by_id", NEW."cycle_id", NEW."department_id", NEW."functions_reason", NEW."id", NEW."kind", NEW."level", NEW."measured", NEW."organization_id", NEW."owner_id", NEW."pause_reason", NEW."paused_at", NEW."paused_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."progress", NEW."shared_at", NEW."shared_by_id", NEW."status", NEW."times_carried", NEW."title", NEW."version", NEW."visibility", NEW."why"); RETURN NULL;', hash='4a4e0e86c95846ed6f1f683240372b8787f65752', operation='INSERT', pgid='pgtrigger_insert_insert_4e40f', table='objectives_objective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objective',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "objectives_objectiveversion" ("ambition", "basis", "cancel_reason", "cancelled_at", "cancelled_by_id", "carried_from_id", "challenge", "challenge_words", "checked_in_on", "closed_at", "closed_by_id", "committed_at", "committed_by_id", "confidence", "countable", "created_at", "created_by_id", "cycle_id", "department_id", "functions_reason", "id", "kind", "level", "measured", "organization_id", "owner_id", "pause_reason", "paused_at", "paused_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "progress", "shared_at", "shared_by_id", "status", "times_carried", "title", "version", "visibility", "why") VALUES (NEW."ambition", NEW."basis", NEW."cancel_reason", NEW."cancelled_at", NEW."cancelled_by_id", NEW."carried_from_id", NEW."challenge", NEW."challenge_words", NEW."checked_in_on", NEW."closed_at", NEW."closed_by_id", NEW."committed_at", NEW."committed_by_id", NEW."confidence", NEW."countable", NEW."created_at", NEW."created_by_id", NEW."cycle_id", NEW."department_id", NEW."functions_reason", NEW."id", NEW."kind", NEW."level", NEW."measured", NEW."organization_id", NEW."owner_id", NEW."pause_reason", NEW."paused_at", NEW."paused_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."progress", NEW."shared_at", NEW."shared_by_id", NEW."status", NEW."times_carried", NEW."title", NEW."version", NEW."visibility", NEW."why"); RETURN NULL;', hash='923bacb9f8a60b7f3f7efc40d7293f0c3269d395', operation='UPDATE', pgid='pgtrigger_update_update_6b1f5', table='objectives_objective', when='AFTER')),
        ),
    ]
