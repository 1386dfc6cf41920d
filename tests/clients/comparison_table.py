#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the tables that set our driver beside other burning programs, from real runs over the reported failures.

    comparison_table.py BURNRIG      writes fixtures/scenarios/field/COMPARISON.md, and the README's table from it

What the verdicts mean stands in harness/scenario/assess.h. test_comparison.py checks what is written here."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
ROWS = ROOT / "fixtures" / "scenarios" / "field" / "COMPARISON.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- comparison: begin -->\n", "<!-- comparison: end -->\n"
HEAD = """<!-- SPDX-License-Identifier: Apache-2.0 -->
# Burning programs beside each other over the reported failures

Made by `tests/clients/comparison_table.py build/release/bin/burnrig`, which runs
`burnrig test fixtures/scenarios/field --compare all`; with `-v` that tells why, verdict by verdict. What the verdicts
mean stands in harness/scenario/assess.h.

"""


def compare(burnrig, *arguments):
    """The rows of the scenarios and the totals, as printed."""
    done = subprocess.run([burnrig, "test", ROOT / "fixtures" / "scenarios" / "field", "--compare", "all", *arguments],
                          capture_output=True, text=True, check=True)
    rows, totals = done.stdout.strip().split("\n\n")
    return rows, totals


def cells(line):
    return [cell.strip() for cell in line.strip("|\n ").split("|")]


def verdicts(rows):
    """Scenario -> program -> verdict."""
    head, _, *lines = rows.strip().split("\n")
    programs = cells(head)[1:]
    return {cells(line)[0]: dict(zip(programs, cells(line)[1:])) for line in lines}


def written_rows():
    return ROWS.read_text().split("\n\n")[-1]


def written_totals():
    return README.read_text().split(BEGIN)[1].split(END)[0].strip()


def main():
    rows, totals = compare(sys.argv[1])
    ROWS.write_text(f"{HEAD}{rows}\n")
    text = README.read_text()
    README.write_text(re.sub(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: BEGIN + totals + "\n" + END, text,
                             flags=re.DOTALL))


if __name__ == "__main__":
    main()
