"""`tenure risk`"""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from tenure.config.starting import use_django

if TYPE_CHECKING:
    from tenure.risk.types import Learnt, LeftOut, Model, Reason
    from tenure.stats.proportions import Interval

FILE = click.Path(path_type=Path)
WORTH_SAYING = 1.05
"""What changes the odds by less is no reason."""


@click.group("risk")
def command() -> None:
    """Learn from a table who leaves, and say who may leave next."""


@command.command("train")
@click.argument("file", type=FILE)
@click.option("--label", required=True, help="Column that says who left.")
@click.option("--id", "subject", required=True, help="Column that names the subject; its rows are never split up.")
@click.option(
    "--as-of", help="Column with the day each row was known on: later rows then judge what earlier ones taught."
)
@click.option("--left-means", default="", help="The label's value of those who left, where it is not a plain yes.")
@click.option("--keep", multiple=True, help="Column to learn from although it looks like a leak; may be said again.")
@click.option("--model", type=FILE, help="Where to write the model.  [default: FILE.risk.json]")
@click.option("--encoding", default="", help="The file's encoding, when the guess is wrong (gb18030, big5 …).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def train(
    file: Path, label: str, subject: str, as_of: str | None, left_means: str, keep: tuple[str, ...], model: Path | None,
    encoding: str, form: str,
) -> None:  # fmt: skip
    """Learn who leaves from a CSV or JSON lines file (also .gz), one row a subject.

    Says how well those the model was not learnt from are foretold, what it goes by, and which columns were left out
    because they know what is only known afterwards.

    \b
    tenure risk train customers.csv --label churned --id customer_id
    tenure risk train months.csv --label churned --id customer_id --as-of month_end
    """
    from tenure.kernel.errors import DomainError

    use_django()
    import msgspec

    from tenure.risk import queries

    try:
        learnt = queries.learnt_from(
            _columns(file, encoding), label=label, subject=subject, as_of=as_of, keep=keep, left_means=left_means
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    target = model or file.with_name(file.name + ".risk.json")
    with _writing(target):
        target.write_bytes(msgspec.json.format(msgspec.json.encode(learnt.model), indent=1))
    click.echo(json.dumps(_as_json(learnt), indent=1) if form == "json" else "\n".join(_report(learnt)))
    click.echo(f"The model is in {target}.", err=True)


@command.command("score")
@click.argument("file", type=FILE)
@click.option("--model", type=FILE, required=True, help="What `tenure risk train` wrote.")
@click.option("--reasons", type=click.IntRange(0, 20), default=3, show_default=True, help="How many reasons to name.")
@click.option("--out", type=FILE, help="CSV to write.  [default: the terminal]")
@click.option("--encoding", default="", help="The file's encoding, when the guess is wrong (gb18030, big5 …).")
def score(file: Path, model: Path, reasons: int, out: Path | None, encoding: str) -> None:
    """Write each subject's chance to leave, with its reasons, as CSV in the order of the file.

    \b
    tenure risk score customers.csv --model customers.csv.risk.json --out chances.csv
    """
    from tenure.kernel.errors import DomainError

    use_django()
    from tenure.risk import queries

    try:
        known = _model(model)
        scored = list(queries.scored_by(known, _columns(file, encoding)))
    except DomainError as error:
        raise click.ClickException(str(error)) from error

    def write(to: TextIO) -> None:
        lines = csv.writer(to, lineterminator="\n")
        lines.writerow([known.subject, "chance", *(f"reason_{i + 1}" for i in range(reasons))])
        for each in scored:
            said = [_reason(r) for r in each.reasons[:reasons] if abs(r.adds) >= log(WORTH_SAYING)]
            lines.writerow([each.id, f"{each.chance:.4f}", *said, *[""] * (reasons - len(said))])

    if out is None:
        write(sys.stdout)
        return
    with _writing(out), out.open("w", encoding="utf-8", newline="") as opened:
        write(opened)
    click.echo(f"{len(scored):,} chances are in {out}.", err=True)


def _columns(file: Path, encoding: str) -> dict[str, list[str]]:
    from tenure.connectors.files import reading
    from tenure.risk.errors import TableUnusable

    found = reading.look_over(file, encoding)
    columns: dict[str, list[str]] = {name: [] for name in found.header}
    for row in reading.rows(found):
        if row.wrong:
            raise TableUnusable(f"Line {row.number} of {file.name} cannot be read ({row.wrong}).")
        for name, values in columns.items():
            cell = row.cells.get(name)
            values.append("" if cell is None else str(cell))
    return columns


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error


def _model(path: Path) -> "Model":
    import msgspec

    from tenure.risk.errors import ModelUnreadable
    from tenure.risk.types import Model

    try:
        return msgspec.json.decode(path.read_bytes(), type=Model)
    except OSError as error:
        raise ModelUnreadable(f"{path} cannot be opened: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise ModelUnreadable(f"{path} is no model that `tenure risk train` wrote: {error}.") from error


def _reason(reason: "Reason") -> str:
    way = "raises" if reason.adds > 0 else "lowers"
    value = f"{reason.name} = {reason.value}" if reason.value else f"{reason.name} not known"
    if reason.is_new:
        value += " (new to the model)"
    return f"{value} {way} the odds {exp(abs(reason.adds)):.1f} ×"


def _report(learnt: "Learnt") -> list[str]:
    """Put into words how far a model can be trusted, and what it goes by."""
    model, found = learnt.model, learnt.quality
    how = "the later part, by what the earlier taught" if found.by_time else "each fifth, by what the others taught"
    lines = [
        f"{model.subjects:,} rows, {model.left:,} of them left. Judged on {how} ({found.subjects:,} rows).",
        f"AUC {_span(found.auc)}: the chance that one who left is ranked above one who stayed.",
    ]
    if found.best_single:
        lines.append(f"Best single column, {found.best_single[0]}: AUC {_span(found.best_single[1])}.")
    lines.append(f"Brier score {found.brier:.4f}; always saying the mean chance: {found.brier_of_base_rate:.4f}.")
    lines += ["", "top rows   left   precision             of all who left   better than chance"]
    for top in found.tops:
        lift = f"{top.lift:.1f} ×" if top.lift is not None else "–"
        lines.append(f"{top.k:>8,}   {top.caught:>4,}   {_span(top.precision):<20}  {_span(top.recall):<16}  {lift}")
    lines += ["", "foretold   came (interval)       rows"]
    lines += [f"{band.foretold:>8.3f}   {_span(band.came):<20}  {band.count:,}" for band in found.bands]
    lines += ["", "What it goes by, the widest first (odds between its lowest and highest value):"]
    spread = {p.name: exp(max((*p.weights, 0.0)) - min((*p.weights, 0.0))) for p in model.parts}
    lines += [f"  {name}: {by:.1f} ×" for name, by in sorted(spread.items(), key=lambda each: -each[1])[:12]]
    if learnt.left_out:
        lines += ["", "Left out:"]
        lines += [f"  {each.name}: {_why(each)}" for each in learnt.left_out]
    if learnt.telling:
        lines += ["", "Ask whether these are known before somebody leaves; each alone ranks that well:"]
        lines += [f"  {name}: AUC {of:.2f}" for name, of in learnt.telling]
    if strays := [(part.name, part.strays) for part in model.parts if part.strays]:
        lines += ["", "Counted as missing, among numbers or dates:"]
        lines += [f"  {name}: {', '.join(map(repr, of[:5]))}" for name, of in strays]
    if not model.claims:
        lines += ["", "This is no better than chance may be: the model claims nothing and will score nobody."]
    if found.left < 100:
        lines += [
            "",
            f"Only {found.left} who left were there to judge by: the intervals above are wide for that reason.",
        ]
    return lines


def _why(each: "LeftOut") -> str:
    from tenure.risk.types import SetAside

    seen: dict[str, Any] = dict(each.seen)
    match each.why:
        case SetAside.GIVEN_WITH_THE_LABEL:
            return (
                f"leak: given for {seen['given_of_left']:.0%} of those who left and {seen['given_of_stayed']:.0%} of "
                "those who stayed, so it is known only afterwards"
            )
        case SetAside.ENCODES_THE_LABEL if "levels" in seen:
            return f"leak: {', '.join(seen['levels'])} means having left"
        case SetAside.ENCODES_THE_LABEL:
            return (
                f"leak: alone it ranks nearly everybody right (AUC {seen['auc']:.2f}), as only the outcome itself can"
            )
        case SetAside.DATED_AFTER:
            return (
                f"leak: dated after the day its row was known on in {seen['rows']:,} rows; what was known of it "
                "then, such as the days until a renewal, may be given as a number"
            )
        case SetAside.ALWAYS_THE_SAME:
            return "the same in every row"
        case SetAside.ALWAYS_DIFFERENT:
            return "different in nearly every row"
        case SetAside.A_MOMENT:
            return "a date, which says something only against the day its row was known on (--as-of)"


def _span(of: "Interval") -> str:
    if of.value is None:
        return "–"
    if of.low is None or of.high is None:
        return f"{of.value:.2f}"
    return f"{of.value:.2f} ({of.low:.2f}–{of.high:.2f})"


def _as_json(learnt: "Learnt") -> dict[str, Any]:
    import msgspec

    return {
        "subjects": learnt.model.subjects,
        "left": learnt.model.left,
        "claims": learnt.model.claims,
        "quality": msgspec.to_builtins(learnt.quality),
        "left_out": msgspec.to_builtins(learnt.left_out),
        "telling": [{"name": name, "auc": of} for name, of in learnt.telling],
    }
