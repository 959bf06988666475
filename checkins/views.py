from typing import Any


def checkin_create(request: Any, **kwargs: Any) -> Any: ...


def checkin_unchanged(request: Any, **kwargs: Any) -> Any: ...


def checkin_preview(request: Any, **kwargs: Any) -> Any: ...
