from uuid import UUID

from celery import shared_task
from django.utils import timezone

from activity.delivery import deliver, organizations_with_mail_due
from organizations.models import Organization
from organizations.tasks import HEADER, OrganizationTask, PlatformTask
from organizations.tenancy import current_organization_id

from .reminders import compose, plan


@shared_task(base=PlatformTask)
def tick() -> None:
    """Look once for whatever is due anywhere; a late, doubled or lost tick does no harm."""
    for organization_id in Organization.objects.due(timezone.now()).values_list("pk", flat=True):
        plan_reminders.apply_async(headers={HEADER: str(organization_id)})


@shared_task(base=OrganizationTask)
def plan_reminders() -> None:
    organization = Organization.objects.get(pk=current_organization_id())
    plan(organization, timezone.now())
    deliver_mail.delay_on_commit(str(organization.pk))


@shared_task(base=PlatformTask)
def deliver_due_mail() -> None:
    """Ring for every organization that has mail waiting, also what an earlier try left behind."""
    for organization_id in organizations_with_mail_due(timezone.now()):
        deliver_mail.delay(str(organization_id))


@shared_task(base=PlatformTask)
def deliver_mail(organization_id: str) -> int:
    """Platform-wide, because each mail commits in a scope of its own."""
    return deliver(UUID(organization_id), compose, timezone.now())
