#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of emulator/nodes/aix/README.md, made of the comments above the tests:

    // OPN-4: IDE_SINGLE on a device that is open is refused with EBUSY.
    BOOST_AUTO_TEST_CASE(exclusive_access_is_for_one) {

    table.py --write ROOT     writes it;     table.py --check ROOT     exit 1 when it is not what it should be,
                                             or when a line of the list below has no test
"""

import pathlib
import re
import sys

LINES = {"DEV": 8, "ATT": 9, "OPN": 33, "DIA": 6, "INF": 5, "IOR": 15, "PMR": 4, "AMR": 2, "EJ": 7, "AUD": 19, "MOD": 15,
         "PT": 22, "RW": 14, "LOG": 10, "TPL": 4, "LIB": 5}
TITLES = {"DEV": "Device nodes", "ATT": "Attributes", "OPN": "open, openx, close", "DIA": "Diagnostic mode", "INF": "IOCINFO",
          "IOR": "IDE_CDIORDSE", "PMR": "IDE_CDPMR", "AMR": "IDE_CDAMR", "EJ": "IDE_CDEJECT", "AUD": "IDE_CDAUDIO",
          "MOD": "IDE_CDMODE", "PT": "IDEPASSTHRU", "RW": "read and write", "LOG": "Error log", "TPL": "Error templates",
          "LIB": "Programs: linked, and under burnrig run"}
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
COMMENT = re.compile(r"^(?://|#) ([A-Z]+)-(\d+): (.*)$")
MORE = re.compile(r"^(?://|#)     ?(\S.*)$")
TEST = re.compile(r"^(?:BOOST_AUTO_TEST_CASE\((\w+)\)|def (test_\w+)\()")


def said_in(file):
    """(group, number, words, test) of each line that a test file is for."""
    waiting = []
    for line in file.read_text().split("\n"):
        if match := COMMENT.match(line):
            waiting.append([match[1], int(match[2]), match[3]])
        elif waiting and (match := MORE.match(line)):
            waiting[-1][2] += " " + match[1]
        elif match := TEST.match(line):
            name = f"{file.stem.removesuffix('_test').removeprefix('test_')}: {match[1] or match[2]}"
            yield from ((group, number, words, name) for group, number, words in waiting)
            waiting = []


def gather(root):
    files = sorted((root / "tests/unit/nodes/aix").glob("*_test.cpp")) + [root / "tests/clients/test_aix.py"]
    rows = {}
    for file in files:
        for group, number, words, test in said_in(file):
            rows.setdefault((group, number), []).append((words, test))
    return rows


def table(rows):
    out = []
    for group, count in LINES.items():
        out += [f"### {TITLES[group]}", "", "| line | what must hold | done | test |", "|---|---|---|---|"]
        for number in range(1, count + 1):
            for words, test in rows.get((group, number), []):
                out.append(f"| {group}-{number} | {words} | yes | `{test}` |")
        out.append("")
    return "\n".join(out)


def main():
    root = pathlib.Path(sys.argv[2])
    readme = root / "emulator/nodes/aix/README.md"
    rows = gather(root)
    missing = [f"{group}-{number}" for group, count in LINES.items() for number in range(1, count + 1)
               if (group, number) not in rows]
    unknown = [f"{group}-{number}" for group, number in rows if number > LINES.get(group, 0)]
    text = readme.read_text()
    head, rest = text.split(BEGIN)
    wanted = f"{head}{BEGIN}\n{table(rows)}{END}{rest.split(END)[1]}"
    if sys.argv[1] == "--write":
        readme.write_text(wanted)
    named = set(re.findall(r"\b(?:" + "|".join(LINES) + r")-\d+\b", head))
    wrong = sorted(line for line in named if (line.split("-")[0], int(line.split("-")[1])) not in rows)
    if missing or unknown or wrong:
        print("lines without a test:", missing, "unknown lines:", unknown, "named above the table only:", wrong)
        return 1
    if sys.argv[1] == "--check" and text != wanted:
        print(f"{readme.name} is not what the tests say: tests/unit/nodes/aix/table.py --write ROOT")
        return 1
    print(f"{len(rows)} lines, {sum(map(len, rows.values()))} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
