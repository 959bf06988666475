from typing import Any


def home(request: Any, **kwargs: Any) -> Any: ...


def team(request: Any, **kwargs: Any) -> Any: ...
