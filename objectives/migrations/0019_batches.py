import core.ids
import django.db.models.deletion
import django.db.models.functions.uuid
import django.utils.timezone
import organizations.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('objectives', '0018_archived_drafts'),
        ('organizations', '0007_cycles_with_their_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('owner', 'Give them to another owner'), ('department', 'Move them to another department'), ('cycle', 'Move them to another cycle'), ('commit', 'Commit them'), ('archive', 'Archive the drafts')], max_length=10)),
                ('to', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submission', models.UUIDField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person')),
                ('organization', models.ForeignKey(db_index=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BatchRow',
            fields=[
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID7(), default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('before', models.UUIDField(null=True)),
                ('version', models.PositiveIntegerField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='objectives.batch')),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batch_rows', to='objectives.objective')),
                ('organization', models.ForeignKey(db_index=False, default=organizations.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_batch_policy'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='objectives_batch_tenant'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=organizations.tenancy.SameOrganization('made_by', name='objectives_batch_made_by_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('organization', 'submission'), name='batch_once'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['owner', 'department', 'cycle', 'commit', 'archive'])), name='batch_does_what_is_known'),
        ),
        migrations.AddConstraint(
            model_name='batchrow',
            constraint=organizations.tenancy.TenantPolicy(name='objectives_batchrow_policy'),
        ),
        migrations.AddConstraint(
            model_name='batchrow',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='objectives_batchrow_tenant'),
        ),
        migrations.AddConstraint(
            model_name='batchrow',
            constraint=organizations.tenancy.SameOrganization('batch', name='objectives_batchrow_batch_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='batchrow',
            constraint=organizations.tenancy.SameOrganization('objective', name='objectives_batchrow_objective_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='batchrow',
            constraint=models.UniqueConstraint(fields=('organization', 'batch', 'objective'), name='objective_once_in_a_batch'),
        ),
    ]
