#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the README's table of foreign programs and media from what their tests showed.

    matrix_table.py RESULTS README           writes the table between the README's two marks
    matrix_table.py --check RESULTS README   only compares; exit 1 when the README says something else

RESULTS is the folder of JSON files that the tests leave behind (see conftest.py).
"""

import argparse
import json
import pathlib
import sys

BEGIN, END = "<!-- programs and media: begin -->\n", "<!-- programs and media: end -->\n"
MEDIA = ["cd-r", "cd-rw", "cd-rom", "dvd-r", "dvd-r-dl", "dvd-rw", "dvd-rw-dl", "dvd-download", "dvd+r", "dvd+r-dl", "dvd+rw",
         "dvd+rw-dl", "dvd-ram", "bd-r", "bd-re"]


def load(folder):
    """All results; (program, medium, job) -> outcome and reason."""
    found = {}
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        for result in json.loads(path.read_text()):
            key = (result["program"], result["medium"], result["job"])
            known = found.get(key)
            if known is None or known["outcome"] == "passed":  # a job of several tests passes when all do
                found[key] = result
    return found


def kind_of(medium):
    """The kind of a medium's fixture: cd-rw-80 is a cd-rw."""
    return max((kind for kind in MEDIA if medium == kind or medium.startswith(kind + "-")), key=len, default=medium)


def cell(results, footnotes):
    jobs = []
    for result in results:
        text = f"`{result['job']}`" if result["job"].startswith("-") else result["job"]
        if result["outcome"] == "skipped":
            if result["reason"] not in footnotes:
                footnotes.append(result["reason"])
            text = f"~~{result['job']}~~ [{footnotes.index(result['reason']) + 1}]"
        elif result["outcome"] != "passed":
            text = f"**{result['job']} fails**"
        if text not in jobs:
            jobs.append(text)
    return ", ".join(jobs)


def table(found):
    programs = sorted({program for program, _, _ in found})
    media = sorted({kind_of(medium) for _, medium, _ in found},
                   key=lambda kind: (MEDIA.index(kind) if kind in MEDIA else len(MEDIA), kind))
    footnotes, lines = [], ["| program | " + " | ".join(media) + " |", "|---" * (len(media) + 1) + "|"]
    for program in programs:
        cells = [cell([result for (name, medium, _), result in found.items()
                       if name == program and kind_of(medium) == kind], footnotes) for kind in media]
        lines.append(f"| {program} | " + " | ".join(cells) + " |")
    lines += [""] + [f"[{number}] {text}  " for number, text in enumerate(footnotes, 1)] if footnotes else []
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("results")
    parser.add_argument("readme", type=pathlib.Path)
    options = parser.parse_args()
    found = load(options.results)
    if not found:
        sys.exit(f"{options.results}: no results; run the client tests first: ctest --preset release -L clients")
    text = options.readme.read_text()
    if BEGIN not in text or END not in text:
        sys.exit(f"{options.readme}: has no lines {BEGIN.strip()} and {END.strip()} to put the table between")
    before, rest = text.split(BEGIN)
    wanted = before + BEGIN + table(found) + END + rest.split(END)[1]
    if options.check:
        if wanted != text:
            sys.exit(f"{options.readme}: its table is not what the tests show; make it new: "
                     f"{sys.argv[0]} {options.results} {options.readme}")
    else:
        options.readme.write_text(wanted)


if __name__ == "__main__":
    main()
