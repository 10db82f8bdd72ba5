"""Our own import-linter contract: a domain is entered only by its front door."""

from typing import Any

from importlinter import Contract, ContractCheck, fields, output


class FrontDoorContract(Contract):
    """Outside a domain, only its front-door modules may be imported.

    tenure.web.inbox.views -> tenure.conversations.actions   kept
    tenure.web.inbox.views -> tenure.conversations.models    broken

    Every child of the root package is a domain unless named in `open_packages`, so a new domain is guarded from its
    first commit.
    """

    root = fields.StringField()
    open_packages = fields.SetField(subfield=fields.StringField())
    front_door = fields.SetField(subfield=fields.StringField())

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        """Find every import that reaches past a front door."""
        trespasses = [
            (importer, module)
            for domain in sorted(graph.find_children(self.root))
            if domain.removeprefix(f"{self.root}.") not in self.open_packages
            for module in sorted({domain} | graph.find_descendants(domain))
            if module.removeprefix(f"{domain}.").split(".")[0] not in self.front_door
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if not f"{importer}.".startswith(f"{domain}.")
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which module reaches where."""
        for importer, module in check.metadata["trespasses"]:
            output.print_error(f"{importer} reaches past the front door into {module}")
