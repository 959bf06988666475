import core.ids
import django.db.models.deletion
import django.db.models.functions.uuid
import django.utils.timezone
import organizations.tenancy
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('objectives', '0013_allocations'),
        ('organizations', '0006_history_of_every_field'),
    ]

    operations = [
        migrations.CreateModel(
            name='Initiative',
            fields=[
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300, verbose_name='what we do')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('done_at', models.DateTimeField(editable=False, null=True)),
                ('dropped_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person')),
                ('done_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person')),
                ('dropped_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person')),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='initiatives', to='objectives.objective')),
                ('organization', models.ForeignKey(db_index=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='initiatives', to='organizations.person', verbose_name='owner')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='InitiativeVersion',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, serialize=False)),
                ('text', models.CharField(max_length=300, verbose_name='what we do')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('done_at', models.DateTimeField(editable=False, null=True)),
                ('dropped_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person')),
                ('done_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person')),
                ('dropped_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person')),
                ('objective', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='objectives.objective')),
                ('organization', models.ForeignKey(db_constraint=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('owner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='owner')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='objectives.initiative')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='initiative',
            index=models.Index(fields=['organization', 'objective'], name='initiative_by_objective'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_initiative_policy'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='objectives_initiative_tenant'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=organizations.tenancy.SameOrganization('objective', name='objectives_initiative_objective_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=organizations.tenancy.SameOrganization('owner', name='objectives_initiative_owner_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=organizations.tenancy.SameOrganization('created_by', name='objectives_initiative_created_by_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=organizations.tenancy.SameOrganization('done_by', name='objectives_initiative_done_by_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=organizations.tenancy.SameOrganization('dropped_by', name='objectives_initiative_dropped_by_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='initiative_is_done_by_somebody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='initiative',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "objectives_initiativeversion" ("created_at", "created_by_id", "done_at", "done_by_id", "dropped_at", "dropped_by_id", "due_on", "id", "objective_id", "organization_id", "owner_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."created_at", NEW."created_by_id", NEW."done_at", NEW."done_by_id", NEW."dropped_at", NEW."dropped_by_id", NEW."due_on", NEW."id", NEW."objective_id", NEW."organization_id", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."text"); RETURN NULL;', hash='fa40a17b1978276e1256a2e8a3bbeb1ac50b4e87', operation='INSERT', pgid='pgtrigger_insert_insert_5945c', table='objectives_initiative', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='initiative',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "objectives_initiativeversion" ("created_at", "created_by_id", "done_at", "done_by_id", "dropped_at", "dropped_by_id", "due_on", "id", "objective_id", "organization_id", "owner_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."created_at", NEW."created_by_id", NEW."done_at", NEW."done_by_id", NEW."dropped_at", NEW."dropped_by_id", NEW."due_on", NEW."id", NEW."objective_id", NEW."organization_id", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."text"); RETURN NULL;', hash='affec34a50aef7665dd65efe830a602339763a45', operation='UPDATE', pgid='pgtrigger_update_update_2bc3b', table='objectives_initiative', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='initiativeversion',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_initiativeversion_policy'),
        ),
    ]
