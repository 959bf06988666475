from django.apps import AppConfig
from django.core.checks import register


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = "Organizations"

    def ready(self) -> None:
        from .checks import locked_models  # noqa: PLC0415 - models exist only now

        register(locked_models, "models")
