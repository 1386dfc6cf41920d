# SPDX-License-Identifier: Apache-2.0
"""Goal: what the README says of our driver beside other burning programs is what they do.

Method: the rows of fixtures/scenarios/field/COMPARISON.md are run again, some of them here (all of them take minutes:
comparison_table.py), and the README's totals are counted from these rows."""

from collections import Counter

import pytest

import comparison_table
from conftest import BURNRIG, requires

requires("wodim", "cdrskin", "growisofs", "cdrdao")

COLUMNS = ["truthful", "misleading", "false-success", "hang", "not-met", "n/a"]
SILENT = ["silent-uj830s-nothing-written", "silent-tail-lp465035"]


@pytest.mark.parametrize("pattern", ["opc-[agp]*", "close0407-*", "silent-uj830s*", "silent-tail*", "descriptor-*"])
def test_the_rows_are_what_the_programs_do(pattern):
    rows, _ = comparison_table.compare(BURNRIG, "--filter", pattern, "--jobs", "2")
    written = comparison_table.verdicts(comparison_table.written_rows())
    seen = comparison_table.verdicts(rows)
    assert seen and seen == {name: written[name] for name in seen}


def test_every_scenario_has_a_row_and_the_readme_counts_them():
    written = comparison_table.verdicts(comparison_table.written_rows())
    folder = comparison_table.ROWS.parent
    assert sorted(written) == sorted(path.stem for path in folder.glob("*.yaml"))
    counted = [["program", "truthful", "misleading", "false success", "hang", "not met", "n/a"], ["---"] * 7]
    for program in next(iter(written.values())):
        count = Counter(row[program] for row in written.values())
        counted.append([program, *(str(count[column]) for column in COLUMNS)])
    assert counted == [comparison_table.cells(line) for line in comparison_table.written_totals().split("\n")]


def test_what_went_wrong_in_silence_is_found_by_reading_back_alone():
    written = comparison_table.verdicts(comparison_table.written_rows())
    for name in SILENT:
        assert written[name]["burnrig burn --verify"] == "truthful"
        assert {written[name]["wodim"], written[name]["burnrig burn"]} == {"false-success"}
