"""The check-in pages that a mail's signed link opens, and nothing else."""

from .urls import app_name, urlpatterns

__all__ = ["app_name", "urlpatterns"]
