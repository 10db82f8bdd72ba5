"""One module a resource."""

from importlib import import_module
from pkgutil import iter_modules

from ninja import Router

routers: list[tuple[str, Router]] = [
    (f"/{found.name.replace('_', '-')}", import_module(f"{__name__}.{found.name}").router)
    for found in iter_modules(__path__)
]
