# SPDX-License-Identifier: Apache-2.0
"""Goal: no reported failure is forgotten: each is a scenario, or stands in the README's table with the reason.

Method: the list of ids in fixtures/scenarios/field/README.md against the files beside it. What the scenarios show is
checked by `burnrig test` itself."""

import re

import pytest
from conftest import SOURCE

FIELD = SOURCE / "fixtures" / "scenarios" / "field"


def listed():
    return re.findall(r"^- (\S+)$", (FIELD / "README.md").read_text(), re.MULTILINE)


def without_a_scenario():
    """Id and reason of the reports that cannot be carried out."""
    _, table = (FIELD / "README.md").read_text().split("## Reports that are no scenario\n", 1)
    table, *_ = table.split("\n## ")
    rows = re.findall(r"^\| (\S+) \| (.+) \|$", table, re.MULTILINE)
    return {name: reason for name, reason in rows if name != "id"}


def scenarios():
    return sorted(path.stem for path in FIELD.glob("*.yaml"))


def test_every_report_is_a_scenario_or_says_why_not():
    reports = listed()
    assert len(set(reports)) == len(reports)
    assert sorted(scenarios() + list(without_a_scenario())) == sorted(reports)


def test_every_reason_says_something():
    for name, reason in without_a_scenario().items():
        assert len(reason.split()) > 3, name


@pytest.mark.parametrize("name", scenarios())
def test_a_scenario_names_its_report_and_the_truth(name):
    text = (FIELD / f"{name}.yaml").read_text()
    for key in ("report", "truth"):
        assert re.search(rf"^{key}: .", text, re.MULTILINE), f"{name}.yaml has no `{key}:`"
