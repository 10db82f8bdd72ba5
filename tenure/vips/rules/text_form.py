"""The text form of the rules for VIPs: YAML that a person can read, review in a diff, and put back.

levels:
- key: gold
  name: Gold
reasons:
- key: funding
  name: Funded
  level: gold
  company_domain: true
  when: {trait: funding_total_usd, operator: more_than, value: 499999}
  evidence: [funding_total_usd, funding_last_round]
terms:
- level: gold
  who: Customers on the Enterprise plan
  lasts_days: 365
  includes:
  - A first answer within one working hour
"""

from collections.abc import Callable, Mapping
from difflib import ndiff
from typing import Any

import msgspec

from tenure.kernel.written import Checking, Loaded, TextWrong, dumped, inside, load
from tenure.kernel.written import Wrong as Written
from tenure.segments.errors import ConditionWrong
from tenure.segments.queries.reading import plain_of, read_condition, read_plain
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Churned, Condition, asks_for, to_json
from tenure.vips.errors import VipRulesWrong
from tenure.vips.types import TRAIT, Definition, Level, Reason, Terms, Wrong

MOST_LEVELS = 10
MOST_REASONS = 30
MOST_EVIDENCE = 10
MOST_LINES = 30
MOST_DAYS = 3_650
Write = Callable[[Condition], Mapping[str, object]]


def to_text(definition: Definition) -> str:
    """Write the rules as YAML."""
    return dumped(_plain(definition, plain_of))


def from_text(text: str) -> Definition:
    """Read YAML back; raises `VipRulesWrong` whose problems know their line."""
    try:
        loaded = load(text)
    except TextWrong as wrong:
        raise VipRulesWrong(wrong.problems) from wrong
    return _Reading(loaded, is_text=True).whole()


def to_json_form(definition: Definition) -> dict[str, Any]:
    """Return the form that is stored, sent and received."""
    return _plain(definition, to_json)


def from_json_form(raw: Mapping[str, Any]) -> Definition:
    """Read and check what a program sent; raises `VipRulesWrong`."""
    return _Reading(Loaded(plain=raw), is_text=False).whole()


def stored(raw: Mapping[str, Any]) -> Definition:
    """Read what is stored, without checking it again; raises `msgspec.ValidationError` for what cannot be read."""
    return Definition(
        levels=tuple(Level(key=each["key"], name=each["name"]) for each in raw["levels"]),
        reasons=tuple(
            Reason(
                key=r["key"],
                name=r["name"],
                level=r["level"],
                when=msgspec.convert(r["when"], Condition),
                evidence=tuple(r.get("evidence", ())),
                company_domain=r.get("company_domain", False),
            )
            for r in raw["reasons"]
        ),
        terms=tuple(
            Terms(
                level=t["level"],
                includes=tuple(t["includes"]),
                who=t.get("who", ""),
                lasts_days=t.get("lasts_days", 0),
            )
            for t in raw.get("terms", ())
        ),
    )


def changes(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that came and went between two texts, with + and − in front."""
    told = ndiff(before.splitlines(), after.splitlines())
    return tuple(f"{'+' if line[0] == '+' else '−'}{line[1:]}" for line in told if line[0] in "+-")


def _plain(definition: Definition, write: Write) -> dict[str, Any]:
    whole: dict[str, Any] = {"levels": [{"key": each.key, "name": each.name} for each in definition.levels]}
    whole["reasons"] = [
        {
            "key": r.key,
            "name": r.name,
            "level": r.level,
            **({"company_domain": True} if r.company_domain else {}),
            "when": write(r.when),
            **({"evidence": list(r.evidence)} if r.evidence else {}),
        }
        for r in definition.reasons
    ]
    if definition.terms:
        whole["terms"] = [
            {
                "level": t.level,
                **({"who": t.who} if t.who else {}),
                **({"lasts_days": t.lasts_days} if t.lasts_days else {}),
                "includes": list(t.includes),
            }
            for t in definition.terms
        ]
    return whole


class _Reading:
    def __init__(self, loaded: Loaded, *, is_text: bool) -> None:
        self._found = Checking(loaded)
        self._plain = loaded.plain
        self._read_condition = read_plain if is_text else read_condition

    def whole(self) -> Definition:
        found = self._found
        said = found.mapping(self._plain, "", known=("levels", "reasons", "terms"), needed=("levels", "reasons"))
        levels = [
            self._level(raw, f"levels[{n}]")
            for n, raw in enumerate(found.listing(said.get("levels"), "levels", most=MOST_LEVELS))
        ]
        reasons = [
            self._reason(raw, f"reasons[{n}]")
            for n, raw in enumerate(found.listing(said.get("reasons"), "reasons", most=MOST_REASONS))
        ]
        terms = [
            self._terms(raw, f"terms[{n}]")
            for n, raw in enumerate(found.listing(said.get("terms"), "terms", most=MOST_LEVELS))
        ]
        made = Definition(levels=tuple(levels), reasons=tuple(reasons), terms=tuple(terms))
        if not levels and not found.problems:
            found.wrong("levels", Written.FIELD_MISSING, field="levels")
        if not found.problems:
            self._check(made)
        if found.problems:
            raise VipRulesWrong(found.problems)
        return made

    def _check(self, made: Definition) -> None:
        choices = ", ".join(made.keys)
        for n, level in enumerate(made.levels):
            if level.key in made.keys[:n]:
                self._found.wrong(f"levels[{n}].key", Written.TWICE, given=level.key)
        for n, reason in enumerate(made.reasons):
            if reason.key in [r.key for r in made.reasons[:n]]:
                self._found.wrong(f"reasons[{n}].key", Written.TWICE, given=reason.key)
            if reason.level not in made.keys:
                self._found.wrong(f"reasons[{n}].level", Wrong.LEVEL_UNKNOWN, given=reason.level, choices=choices)
        for n, terms in enumerate(made.terms):
            if terms.level not in made.keys:
                self._found.wrong(f"terms[{n}].level", Wrong.LEVEL_UNKNOWN, given=terms.level, choices=choices)
            if terms.level in [t.level for t in made.terms[:n]]:
                self._found.wrong(f"terms[{n}].level", Wrong.TERMS_TWICE)

    def _level(self, raw: object, path: str) -> Level:
        said = self._found.mapping(raw, path, known=("key", "name"), needed=("key",))
        key = self._found.key(said.get("key"), f"{path}.key") if "key" in said else ""
        return Level(key=key, name=self._found.text(said.get("name"), f"{path}.name", most=60, default=key))

    def _reason(self, raw: object, path: str) -> Reason:
        found = self._found
        known = ("key", "name", "level", "company_domain", "when", "evidence")
        said = found.mapping(raw, path, known=known, needed=("key", "level", "when"))
        key = found.key(said.get("key"), f"{path}.key") if "key" in said else ""
        own = said.get("company_domain", False)
        if not isinstance(own, bool):
            found.wrong(f"{path}.company_domain", Written.YES_OR_NO_NEEDED)
        evidence = [
            found.text(each, f"{path}.evidence[{n}]", most=200)
            for n, each in enumerate(found.listing(said.get("evidence"), f"{path}.evidence", most=MOST_EVIDENCE))
        ]
        return Reason(
            key=key,
            name=found.text(said.get("name"), f"{path}.name", most=60, default=key),
            level=found.text(said.get("level"), f"{path}.level", most=30, default=""),
            when=self._condition(said.get("when"), f"{path}.when") if "when" in said else Churned(),
            evidence=tuple(dict.fromkeys(evidence)),
            company_domain=own is True,
        )

    def _terms(self, raw: object, path: str) -> Terms:
        found = self._found
        said = found.mapping(raw, path, known=("level", "who", "lasts_days", "includes"), needed=("level", "includes"))
        includes = [
            found.text(each, f"{path}.includes[{n}]", most=300)
            for n, each in enumerate(found.listing(said.get("includes"), f"{path}.includes", most=MOST_LINES))
        ]
        return Terms(
            level=found.text(said.get("level"), f"{path}.level", most=30, default=""),
            includes=tuple(includes),
            who=found.text(said.get("who"), f"{path}.who", most=300, default=""),
            lasts_days=found.whole(said.get("lasts_days"), f"{path}.lasts_days", low=0, high=MOST_DAYS, default=0),
        )

    def _condition(self, raw: object, path: str) -> Condition:
        try:
            read = self._read_condition(raw, Subject.ACCOUNT)
        except ConditionWrong as wrong:
            for problem in wrong.problems:
                params = {**problem.params, "condition": problem.code.value}
                self._found.wrong(inside(path, problem.path), Written.CONDITION, **params)
            return Churned()
        if asks_for(read, TRAIT):
            self._found.wrong(path, Wrong.ASKS_ITSELF)
        return read
