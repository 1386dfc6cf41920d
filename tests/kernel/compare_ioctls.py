#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what the ioctl probe printed on two nodes over the same drive and disc.

    compare_ioctls.py KERNEL.txt OURS.txt [--accepted accepted_differences.txt]...
    compare_ioctls.py --store golden/data.root.txt NEW.txt golden/audio.root.txt

--store keeps an output as its differences from another one: a first line `@ data.root.txt` names that one, rows that
are not given are the same there, and a row `NAME<tab>absent` is not there.

A row that differs must match a line of the list of accepted differences, which gives the reason:

    ROW PATTERN | KERNEL'S ANSWER PATTERN | OUR ANSWER PATTERN | reason

Patterns are those of a shell; an answer is "RETURN ERRNO OUTPUT". Rows are compared by name; one that is there only
once differs. A line of the list that no row needed is told, so that the list stays short.
Prints the counts. Exit code: 0 all rows equal or accepted, 1 not, 2 usage.
"""

import argparse
import fnmatch
import pathlib
import sys

ACCEPTED = pathlib.Path(__file__).with_name("accepted_differences.txt")
MISSING = "(no such row)"
ABSENT = "absent"


def read_rows(path):
    """Row name -> answer. A name that is there twice is a mistake of the probe's."""
    path = pathlib.Path(path)
    base, rows = {}, {}
    for line in path.read_text().splitlines():
        if line.startswith("@ "):
            base = read_rows(path.with_name(line[2:]))
        if "\t" not in line:
            continue
        name, *answer = line.split("\t")
        if name in rows:
            raise ValueError(f"{path}: the row '{name}' is there twice")
        rows[name] = " ".join(answer)
    return {name: answer for name, answer in {**base, **rows}.items() if answer != ABSENT}


def store(base, new, out):
    """Writes what `new` has other than `base`, which stays the file of its own beside `out`."""
    old, rows = read_rows(base), read_rows(new)
    lines = [f"@ {pathlib.Path(base).name}"]
    lines += [f"{name}\t" + "\t".join(answer.split(" ", 2)) for name, answer in rows.items() if old.get(name) != answer]
    lines += [f"{name}\t{ABSENT}" for name in old if name not in rows]
    pathlib.Path(out).write_text("\n".join(lines) + "\n")


def read_accepted(path):
    """List of (row, theirs, ours, reason)."""
    entries = []
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split(" | ")]
        if len(parts) != 4 or not parts[3]:
            raise ValueError(f"{path}:{number}: expected 'row | theirs | ours | reason'")
        entries.append(tuple(parts))
    return entries


def compare(theirs, ours, accepted):
    """Returns (equal, accepted rows as (name, reason), differing rows as (name, theirs, ours), unused entries)."""
    equal, allowed, different, used = 0, [], [], set()
    for name in list(theirs) + [name for name in ours if name not in theirs]:
        left, right = theirs.get(name, MISSING), ours.get(name, MISSING)
        if left == right:
            equal += 1
            continue
        match = next((entry for entry in accepted
                      if fnmatch.fnmatchcase(name, entry[0]) and fnmatch.fnmatchcase(left, entry[1])
                      and fnmatch.fnmatchcase(right, entry[2])), None)
        if match:
            used.add(match)
            allowed.append((name, match[3]))
        else:
            different.append((name, left, right))
    return equal, allowed, different, [entry for entry in accepted if entry not in used]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kernel")
    parser.add_argument("ours")
    parser.add_argument("--accepted", action="append", default=[])
    parser.add_argument("--verbose", action="store_true", help="name the accepted rows and list lines nobody needed")
    parser.add_argument("--store", metavar="BASE", help="KERNEL.txt is written to OURS.txt as what BASE has not")
    options = parser.parse_args()
    if options.store:
        store(options.store, options.kernel, options.ours)
        return 0
    try:
        accepted = [entry for path in options.accepted or [ACCEPTED] for entry in read_accepted(path)]
        outcome = compare(read_rows(options.kernel), read_rows(options.ours), accepted)
    except (OSError, ValueError) as error:
        print(f"compare_ioctls: {error}", file=sys.stderr)
        return 2
    equal, allowed, different, unused = outcome
    for name, left, right in different:
        print(f"DIFFERS  {name}\n    kernel  {left}\n    ours    {right}")
    if options.verbose:
        for name, reason in allowed:
            print(f"accepted {name}: {reason}")
        for entry in unused:
            print(f"unused   {' | '.join(entry[:3])}")
    print(f"{equal} rows equal, {len(allowed)} accepted, {len(different)} differ")
    return 1 if different or equal == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
