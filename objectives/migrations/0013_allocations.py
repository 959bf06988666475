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
        ('objectives', '0012_ways_of_key_results'),
        ('organizations', '0006_history_of_every_field'),
    ]

    operations = [
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('percent', models.DecimalField(decimal_places=2, default=100, max_digits=5, verbose_name='per cent')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='given', to='objectives.keyresult')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person')),
                ('organization', models.ForeignKey(db_index=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allocations', to='objectives.keyresult')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AllocationVersion',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, serialize=False)),
                ('percent', models.DecimalField(decimal_places=2, default=100, max_digits=5, verbose_name='per cent')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('child', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='objectives.keyresult')),
                ('created_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person')),
                ('organization', models.ForeignKey(db_constraint=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('parent', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='objectives.keyresult')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='objectives.allocation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(fields=['organization', 'child'], name='allocation_by_child'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_allocation_policy'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='objectives_allocation_tenant'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=organizations.tenancy.SameOrganization('parent', name='objectives_allocation_parent_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=organizations.tenancy.SameOrganization('child', name='objectives_allocation_child_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=organizations.tenancy.SameOrganization('created_by', name='objectives_allocation_created_by_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=('organization', 'parent', 'child'), name='allocation_once'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('child', models.F('parent')), _negated=True), name='key_result_adds_up_no_self'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='allocation_is_a_part'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "objectives_allocationversion" ("child_id", "created_at", "created_by_id", "id", "organization_id", "parent_id", "percent", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."child_id", NEW."created_at", NEW."created_by_id", NEW."id", NEW."organization_id", NEW."parent_id", NEW."percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='3944a3c9469fe1666b60d9bf5bec69a4cfc0cce2', operation='INSERT', pgid='pgtrigger_insert_insert_655b2', table='objectives_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "objectives_allocationversion" ("child_id", "created_at", "created_by_id", "id", "organization_id", "parent_id", "percent", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."child_id", NEW."created_at", NEW."created_by_id", NEW."id", NEW."organization_id", NEW."parent_id", NEW."percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='65dbf67df6e5c653ea23b8743fd7f08ca6203b20', operation='UPDATE', pgid='pgtrigger_update_update_d3212', table='objectives_allocation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='allocationversion',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_allocationversion_policy'),
        ),
    ]
