import django.db.models.deletion
import organizations.tenancy
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('objectives', '0017_days_of_the_one_focus'),
        ('organizations', '0007_cycles_with_their_days'),
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
        migrations.AddField(
            model_name='objective',
            name='archived_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='objective',
            name='archived_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person'),
        ),
        migrations.AddField(
            model_name='objectiveversion',
            name='archived_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='objectiveversion',
            name='archived_by',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objective',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "objectives_objectiveversion" ("ambition", "archived_at", "archived_by_id", "basis", "cancel_reason", "cancelled_at", "cancelled_by_id", "carried_from_id", "challenge", "challenge_words", "checked_in_on", "closed_at", "closed_by_id", "committed_at", "committed_by_id", "confidence", "countable", "created_at", "created_by_id", "cycle_id", "department_id", "functions_reason", "id", "kind", "level", "measured", "organization_id", "owner_id", "pause_reason", "paused_at", "paused_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "progress", "runs_from", "runs_until", "shared_at", "shared_by_id", "status", "times_carried", "title", "version", "visibility", "why") VALUES (NEW."ambition", NEW."archived_at", NEW."archived_by_id", NEW."basis", NEW."cancel_reason", NEW."cancelled_at", NEW."cancelled_by_id", NEW."carried_from_id", NEW."challenge", NEW."challenge_words", NEW."checked_in_on", NEW."closed_at", NEW."closed_by_id", NEW."committed_at", NEW."committed_by_id", NEW."confidence", NEW."countable", NEW."created_at", NEW."created_by_id", NEW."cycle_id", NEW."department_id", NEW."functions_reason", NEW."id", NEW."kind", NEW."level", NEW."measured", NEW."organization_id", NEW."owner_id", NEW."pause_reason", NEW."paused_at", NEW."paused_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."progress", NEW."runs_from", NEW."runs_until", NEW."shared_at", NEW."shared_by_id", NEW."status", NEW."times_carried", NEW."title", NEW."version", NEW."visibility", NEW."why"); RETURN NULL;', hash='bc621ece1ef0addf5b49c0c6ffa331cc7aed8ec9', operation='INSERT', pgid='pgtrigger_insert_insert_4e40f', table='objectives_objective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objective',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "objectives_objectiveversion" ("ambition", "archived_at", "archived_by_id", "basis", "cancel_reason", "cancelled_at", "cancelled_by_id", "carried_from_id", "challenge", "challenge_words", "checked_in_on", "closed_at", "closed_by_id", "committed_at", "committed_by_id", "confidence", "countable", "created_at", "created_by_id", "cycle_id", "department_id", "functions_reason", "id", "kind", "level", "measured", "organization_id", "owner_id", "pause_reason", "paused_at", "paused_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "progress", "runs_from", "runs_until", "shared_at", "shared_by_id", "status", "times_carried", "title", "version", "visibility", "why") VALUES (NEW."ambition", NEW."archived_at", NEW."archived_by_id", NEW."basis", NEW."cancel_reason", NEW."cancelled_at", NEW."cancelled_by_id", NEW."carried_from_id", NEW."challenge", NEW."challenge_words", NEW."checked_in_on", NEW."closed_at", NEW."closed_by_id", NEW."committed_at", NEW."committed_by_id", NEW."confidence", NEW."countable", NEW."created_at", NEW."created_by_id", NEW."cycle_id", NEW."department_id", NEW."functions_reason", NEW."id", NEW."kind", NEW."level", NEW."measured", NEW."organization_id", NEW."owner_id", NEW."pause_reason", NEW."paused_at", NEW."paused_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."progress", NEW."runs_from", NEW."runs_until", NEW."shared_at", NEW."shared_by_id", NEW."status", NEW."times_carried", NEW."title", NEW."version", NEW."visibility", NEW."why"); RETURN NULL;', hash='9fabdbfe3845e265caf7f4bab16d4ae14bed21b1', operation='UPDATE', pgid='pgtrigger_update_update_6b1f5', table='objectives_objective', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=organizations.tenancy.SameOrganization('archived_by', name='objectives_objective_archived_by_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('archived_at', None), ('committed_at', None), _connector='OR'), name='objective_archived_is_a_draft'),
        ),
    ]
