"""Large libraries, imported when first used: a page that needs no engine does not wait for one.

`from tenure.lake.lazily import ibis` reads like `import ibis`; the import happens at the first attribute asked for,
under Python's own import lock.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis
else:

    class _Later(ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return getattr(import_module(self.__name__), name)

    ibis = _Later("ibis")

__all__ = ["ibis"]
