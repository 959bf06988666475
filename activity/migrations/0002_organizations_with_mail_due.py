"""The one question about mail that is asked across organizations.

It runs as the owner, whom row-level security does not bind, and hands out nothing but ids. It
hops from organization to organization along the index.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION organizations_with_mail_due(moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE hop AS (
        (SELECT organization_id FROM activity_mail
          WHERE sent_at IS NULL AND skipped_at IS NULL AND attempts < 6
          ORDER BY organization_id LIMIT 1)
        UNION ALL
        SELECT (SELECT organization_id FROM activity_mail
                 WHERE sent_at IS NULL AND skipped_at IS NULL AND attempts < 6
                   AND organization_id > hop.organization_id
                 ORDER BY organization_id LIMIT 1)
          FROM hop WHERE hop.organization_id IS NOT NULL
    )
    SELECT organization_id FROM hop WHERE EXISTS (
        SELECT FROM activity_mail m
         WHERE m.organization_id = hop.organization_id AND m.due_at <= moment
           AND m.sent_at IS NULL AND m.skipped_at IS NULL AND m.attempts < 6
           AND (m.lease_until IS NULL OR m.lease_until < statement_timestamp())
    )
$$;
REVOKE ALL ON FUNCTION organizations_with_mail_due(timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION organizations_with_mail_due(timestamptz) TO okr_app;
"""


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION organizations_with_mail_due(timestamptz)"),
    ]
