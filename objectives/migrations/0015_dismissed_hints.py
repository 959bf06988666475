import core.ids
import django.db.models.deletion
import django.db.models.functions.uuid
import django.utils.timezone
import objectives.quality
import organizations.tenancy
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('objectives', '0014_initiatives'),
        ('organizations', '0006_history_of_every_field'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dismissal',
            fields=[
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[(objectives.quality.Kind['TOO_MANY_OBJECTIVES'], 'Many objectives'), (objectives.quality.Kind['TOO_MANY_KEY_RESULTS'], 'Many key results'), (objectives.quality.Kind['NO_KEY_RESULT'], 'No key result'), (objectives.quality.Kind['NO_UPWARD_LINK'], 'Supports nothing above'), (objectives.quality.Kind['NOT_MEASURABLE'], 'Not measurable'), (objectives.quality.Kind['NO_BASELINE'], 'No starting number'), (objectives.quality.Kind['NO_OWNER'], 'Owner not here'), (objectives.quality.Kind['ACTIVITY_WORDS'], 'Says what we do'), (objectives.quality.Kind['MET_AT_THE_START'], 'Reached from the start')], max_length=20)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('dismissed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('dismissed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person')),
                ('key_result', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='dismissals', to='objectives.keyresult')),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dismissals', to='objectives.objective')),
                ('organization', models.ForeignKey(db_index=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DismissalVersion',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, serialize=False)),
                ('kind', models.CharField(choices=[(objectives.quality.Kind['TOO_MANY_OBJECTIVES'], 'Many objectives'), (objectives.quality.Kind['TOO_MANY_KEY_RESULTS'], 'Many key results'), (objectives.quality.Kind['NO_KEY_RESULT'], 'No key result'), (objectives.quality.Kind['NO_UPWARD_LINK'], 'Supports nothing above'), (objectives.quality.Kind['NOT_MEASURABLE'], 'Not measurable'), (objectives.quality.Kind['NO_BASELINE'], 'No starting number'), (objectives.quality.Kind['NO_OWNER'], 'Owner not here'), (objectives.quality.Kind['ACTIVITY_WORDS'], 'Says what we do'), (objectives.quality.Kind['MET_AT_THE_START'], 'Reached from the start')], max_length=20)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('dismissed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('dismissed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person')),
                ('key_result', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='objectives.keyresult')),
                ('objective', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='objectives.objective')),
                ('organization', models.ForeignKey(db_constraint=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='objectives.dismissal')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_dismissal_policy'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='objectives_dismissal_tenant'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=organizations.tenancy.SameOrganization('objective', name='objectives_dismissal_objective_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=organizations.tenancy.SameOrganization('key_result', name='objectives_dismissal_key_result_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=organizations.tenancy.SameOrganization('dismissed_by', name='objectives_dismissal_dismissed_by_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=models.UniqueConstraint(fields=('organization', 'objective', 'key_result', 'kind'), name='hint_dismissed_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['too_many_objectives', 'too_many_key_results', 'no_key_result', 'no_upward_link', 'not_measurable', 'no_baseline', 'no_owner', 'activity_words', 'met_at_the_start'])), name='dismissed_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='dismissal_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dismissal',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "objectives_dismissalversion" ("dismissed_at", "dismissed_by_id", "id", "key_result_id", "kind", "objective_id", "organization_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."dismissed_at", NEW."dismissed_by_id", NEW."id", NEW."key_result_id", NEW."kind", NEW."objective_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason"); RETURN NULL;', hash='2b223c1b43d2ff5aabdf04937af74f68a371d55c', operation='INSERT', pgid='pgtrigger_insert_insert_26fb2', table='objectives_dismissal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dismissal',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "objectives_dismissalversion" ("dismissed_at", "dismissed_by_id", "id", "key_result_id", "kind", "objective_id", "organization_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."dismissed_at", NEW."dismissed_by_id", NEW."id", NEW."key_result_id", NEW."kind", NEW."objective_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason"); RETURN NULL;', hash='955c2ab7ccb10465295ace4ed90ab0983cdb441a', operation='UPDATE', pgid='pgtrigger_update_update_60d09', table='objectives_dismissal', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='dismissalversion',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_dismissalversion_policy'),
        ),
    ]
