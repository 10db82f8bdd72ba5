"""`tenure risk train` and `tenure risk score` on files."""

import csv
import io
import json

from click.testing import CliRunner

from tenure.config.commands.risk import command
from tests.risk.test_learning import customers


def written(path, table):
    with path.open("w", encoding="utf-16", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["账户" if name == "account" else name for name in table])
        lines.writerows(zip(*table.values(), strict=True))
    return str(path)


def run(*arguments):
    return CliRunner().invoke(command, list(arguments))


def test_learns_reports_and_scores(tmp_path):
    table, _ = customers(subjects=600)
    table["cancel_date"] = ["2026-05-01" if c == "Yes" else "" for c in table["churned"]]
    file = written(tmp_path / "客户.csv", table)

    said = run("train", file, "--label", "churned", "--id", "账户")

    assert said.exit_code == 0, said.output
    assert "600 rows, " in said.output
    assert "AUC 0." in said.output
    assert "cancel_date: a date, which says something only against" in said.output
    model = f"{file}.risk.json"
    assert json.loads((tmp_path / "客户.csv.risk.json").read_text())["claims"] is True
    scored = run("score", file, "--model", model, "--reasons", "2")
    lines = list(csv.DictReader(io.StringIO(scored.stdout)))
    assert [line["账户"] for line in lines] == table["account"]
    assert all(0 < float(line["chance"]) < 1 for line in lines)
    assert " the odds " in lines[0]["reason_1"]
    left = [float(line["chance"]) for line, c in zip(lines, table["churned"], strict=True) if c == "Yes"]
    stayed = [float(line["chance"]) for line, c in zip(lines, table["churned"], strict=True) if c == "No"]
    assert sum(left) / len(left) > sum(stayed) / len(stayed) + 0.05


def test_the_report_is_there_for_programs_too(tmp_path):
    table, _ = customers(subjects=400)
    table["status"] = ["gone" if c == "Yes" else "here" for c in table["churned"]]
    said = run("train", written(tmp_path / "a.csv", table), "--label", "churned", "--id", "账户", "--format", "json")
    report = json.loads(said.stdout)
    assert report["subjects"] == 400
    assert 0 < report["quality"]["auc"]["low"] < report["quality"]["auc"]["value"]
    assert [(each["name"], each["why"]) for each in report["left_out"]] == [("status", "encodes_the_label")]


def test_says_what_is_wrong_in_a_line(tmp_path):
    table, _ = customers(subjects=30)
    file = written(tmp_path / "few.csv", table)
    few = run("train", file, "--label", "churned", "--id", "账户")
    assert (few.exit_code, few.output.count("\n")) == (1, 1)
    assert "of 30 left. At least 20" in few.output
    assert "There is no column 'gone'" in run("train", file, "--label", "gone", "--id", "账户").output
    assert "cannot be opened" in run("score", file, "--model", str(tmp_path / "none.json")).output
    assert "is no model that" in run("score", file, "--model", file).output


def test_a_folder_that_is_not_there_is_said_in_a_line(tmp_path):
    file = written(tmp_path / "a.csv", customers(subjects=600)[0])
    asked = ("--label", "churned", "--id", "账户")
    nowhere = run("train", file, *asked, "--model", str(tmp_path / "none" / "m.json"))
    assert (nowhere.exit_code, "cannot be written: No such file" in nowhere.output) == (1, True)
    run("train", file, *asked)
    out = run("score", file, "--model", f"{file}.risk.json", "--out", str(tmp_path / "none" / "c.csv"))
    assert (out.exit_code, "cannot be written: No such file" in out.output) == (1, True)


def test_reasons_say_what_is_new_or_missing_and_leave_out_what_changes_nothing(tmp_path):
    table, _ = customers(subjects=600)
    file = written(tmp_path / "a.csv", table)
    run("train", file, "--label", "churned", "--id", "账户")
    some = {name: values[:40] for name, values in table.items()} | {"plan": ["Galaxy", "n/a"] * 20}

    said = run("score", written(tmp_path / "b.csv", some), "--model", f"{file}.risk.json", "--reasons", "9")

    lines = list(csv.DictReader(io.StringIO(said.stdout)))
    reasons = [line[f"reason_{n}"] for line in lines for n in range(1, 10)]
    assert not [reason for reason in reasons if " 1.0 ×" in reason]
    assert {r.partition(" raises ")[0].partition(" lowers ")[0] for r in reasons if r.startswith("plan")} <= {
        "plan = Galaxy (new to the model)",
        "plan not known",
    }
