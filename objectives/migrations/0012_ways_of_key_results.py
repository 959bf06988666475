import django.contrib.postgres.fields
import django.utils.timezone
import objectives.progress.expectations
import objectives.progress.key_results
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('objectives', '0011_history_of_every_field'),
        ('organizations', '0006_history_of_every_field'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='keyresult',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='keyresult',
            name='update_update',
        ),
        migrations.AddField(
            model_name='keyresult',
            name='aggregation',
            field=models.CharField(choices=[(objectives.progress.key_results.Aggregation['LATEST'], 'The latest value'), (objectives.progress.key_results.Aggregation['MEAN_OF_PERIODS'], 'The mean of all periods'), (objectives.progress.key_results.Aggregation['SHARE_OF_PERIODS_OK'], 'The share of periods that kept it')], default=objectives.progress.key_results.Aggregation['LATEST'], max_length=19, verbose_name='what counts of a limit'),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='by_percent',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True, verbose_name='by per cent'),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='checkpoint',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='target of this cycle'),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='expectation',
            field=models.CharField(choices=[(objectives.progress.expectations.Expectation['LINEAR'], 'Evenly, day by day'), (objectives.progress.expectations.Expectation['PHASED'], 'In phases'), (objectives.progress.expectations.Expectation['END_LOADED'], 'Mostly towards the end')], default=objectives.progress.expectations.Expectation['LINEAR'], max_length=10, verbose_name='expected line'),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='fed_by',
            field=models.CharField(choices=[('manual', 'Check-ins'), ('children_sum', 'Other key results')], default='manual', editable=False, max_length=12, verbose_name='its value comes from'),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='horizon',
            field=models.DateField(blank=True, null=True, verbose_name='until'),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='period_ends',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, editable=False),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='period_values',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=6, max_digits=20, null=True), default=list, editable=False),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='point_days',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list),
        ),
        migrations.AddField(
            model_name='keyresult',
            name='point_values',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=6, max_digits=20), blank=True, default=list),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='aggregation',
            field=models.CharField(choices=[(objectives.progress.key_results.Aggregation['LATEST'], 'The latest value'), (objectives.progress.key_results.Aggregation['MEAN_OF_PERIODS'], 'The mean of all periods'), (objectives.progress.key_results.Aggregation['SHARE_OF_PERIODS_OK'], 'The share of periods that kept it')], default=objectives.progress.key_results.Aggregation['LATEST'], max_length=19, verbose_name='what counts of a limit'),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='by_percent',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True, verbose_name='by per cent'),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='checkpoint',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='target of this cycle'),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='expectation',
            field=models.CharField(choices=[(objectives.progress.expectations.Expectation['LINEAR'], 'Evenly, day by day'), (objectives.progress.expectations.Expectation['PHASED'], 'In phases'), (objectives.progress.expectations.Expectation['END_LOADED'], 'Mostly towards the end')], default=objectives.progress.expectations.Expectation['LINEAR'], max_length=10, verbose_name='expected line'),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='fed_by',
            field=models.CharField(choices=[('manual', 'Check-ins'), ('children_sum', 'Other key results')], default='manual', editable=False, max_length=12, verbose_name='its value comes from'),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='horizon',
            field=models.DateField(blank=True, null=True, verbose_name='until'),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='period_ends',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, editable=False),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='period_values',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=6, max_digits=20, null=True), default=list, editable=False),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='point_days',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list),
        ),
        migrations.AddField(
            model_name='keyresultversion',
            name='point_values',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=6, max_digits=20), blank=True, default=list),
        ),
        migrations.AddField(
            model_name='milestone',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='due'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='keyresult',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "objectives_keyresultversion" ("aggregation", "by_percent", "checked_in_on", "checkpoint", "confidence", "confidences", "created_at", "current", "decimals", "direction", "done_milestones", "dropped_at", "dropped_by_id", "expectation", "fed_by", "horizon", "id", "lower", "measure", "note", "objective_id", "organization_id", "owner_id", "period_ends", "period_values", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point_days", "point_values", "position", "progress", "red_high", "red_low", "rubric", "source", "start", "status", "target", "title", "unit", "upper", "weight") VALUES (NEW."aggregation", NEW."by_percent", NEW."checked_in_on", NEW."checkpoint", NEW."confidence", NEW."confidences", NEW."created_at", NEW."current", NEW."decimals", NEW."direction", NEW."done_milestones", NEW."dropped_at", NEW."dropped_by_id", NEW."expectation", NEW."fed_by", NEW."horizon", NEW."id", NEW."lower", NEW."measure", NEW."note", NEW."objective_id", NEW."organization_id", NEW."owner_id", NEW."period_ends", NEW."period_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."point_days", NEW."point_values", NEW."position", NEW."progress", NEW."red_high", NEW."red_low", NEW."rubric", NEW."source", NEW."start", NEW."status", NEW."target", NEW."title", NEW."unit", NEW."upper", NEW."weight"); RETURN NULL;', hash='d80ce43ecd5efacd462e34bba65d684aca518d6a', operation='INSERT', pgid='pgtrigger_insert_insert_e8cc7', table='objectives_keyresult', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='keyresult',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "objectives_keyresultversion" ("aggregation", "by_percent", "checked_in_on", "checkpoint", "confidence", "confidences", "created_at", "current", "decimals", "direction", "done_milestones", "dropped_at", "dropped_by_id", "expectation", "fed_by", "horizon", "id", "lower", "measure", "note", "objective_id", "organization_id", "owner_id", "period_ends", "period_values", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point_days", "point_values", "position", "progress", "red_high", "red_low", "rubric", "source", "start", "status", "target", "title", "unit", "upper", "weight") VALUES (NEW."aggregation", NEW."by_percent", NEW."checked_in_on", NEW."checkpoint", NEW."confidence", NEW."confidences", NEW."created_at", NEW."current", NEW."decimals", NEW."direction", NEW."done_milestones", NEW."dropped_at", NEW."dropped_by_id", NEW."expectation", NEW."fed_by", NEW."horizon", NEW."id", NEW."lower", NEW."measure", NEW."note", NEW."objective_id", NEW."organization_id", NEW."owner_id", NEW."period_ends", NEW."period_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."point_days", NEW."point_values", NEW."position", NEW."progress", NEW."red_high", NEW."red_low", NEW."rubric", NEW."source", NEW."start", NEW."status", NEW."target", NEW."title", NEW."unit", NEW."upper", NEW."weight"); RETURN NULL;', hash='b9fe9a80afccaccbdcc7d49df6f633cce84ba477', operation='UPDATE', pgid='pgtrigger_update_update_cc2e0', table='objectives_keyresult', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='keyresult',
            constraint=models.CheckConstraint(condition=models.Q(('expectation__in', [objectives.progress.expectations.Expectation['LINEAR'], objectives.progress.expectations.Expectation['PHASED'], objectives.progress.expectations.Expectation['END_LOADED']])), name='key_result_expectation_is_known'),
        ),
        migrations.AddConstraint(
            model_name='keyresult',
            constraint=models.CheckConstraint(condition=models.Q(('aggregation__in', [objectives.progress.key_results.Aggregation['LATEST'], objectives.progress.key_results.Aggregation['MEAN_OF_PERIODS'], objectives.progress.key_results.Aggregation['SHARE_OF_PERIODS_OK']])), name='key_result_aggregation_is_known'),
        ),
        migrations.AddConstraint(
            model_name='keyresult',
            constraint=models.CheckConstraint(condition=models.Q(('point_days__len', models.F('point_values__len'))), name='key_result_points_are_pairs'),
        ),
        migrations.AddConstraint(
            model_name='keyresult',
            constraint=models.CheckConstraint(condition=models.Q(('checkpoint', None), ('horizon__isnull', False), _connector='OR'), name='key_result_checkpoint_has_a_horizon'),
        ),
        migrations.AddConstraint(
            model_name='keyresult',
            constraint=models.CheckConstraint(condition=models.Q(('by_percent', None), ('by_percent__gt', 0), _connector='OR'), name='key_result_percent_is_something'),
        ),
        migrations.AddConstraint(
            model_name='keyresult',
            constraint=models.CheckConstraint(condition=models.Q(('fed_by__in', ['manual', 'children_sum'])), name='key_result_feed_is_known'),
        ),
    ]
