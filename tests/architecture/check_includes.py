# SPDX-License-Identifier: Apache-2.0
"""Goal: the folders include each other only along the arrows of the architecture.

    mmc <- emulator, mmc <- driver, {emulator, driver} <- harness <- python

The emulator and the driver never see each other: each works from the standard, so that one's mistake does not hide
the other's. Exit 1 lists every include that breaks the rule; files above 600 lines are listed too."""

import pathlib
import re
import sys

MAY_INCLUDE = {
    "mmc": {"mmc"},
    "emulator": {"mmc", "emulator"},
    "driver": {"mmc", "driver"},
    "examples": {"driver", "harness"},
    "harness": {"mmc", "emulator", "driver", "harness"},
    "python": {"mmc", "emulator", "driver", "harness", "python"},
}
# The conformance suite judges by the standard alone, so it shares no code with what it judges.
MAY_INCLUDE_ONLY = {"harness/conformance": ("mmc/", "harness/conformance/", "harness/results/"),
                    "harness/results": ("mmc/", "harness/results/")}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([a-z_]+)/', re.M)
OWN_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
LONGEST = 600


def problems(root):
    for folder, allowed in MAY_INCLUDE.items():
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in {".h", ".cpp", ".c"}:
                continue
            text = file.read_text()
            for included in INCLUDE.findall(text):
                if included in MAY_INCLUDE and included not in allowed:
                    yield f"{file.relative_to(root)} includes {included}/: {folder} may only include {sorted(allowed)}"
            for part, prefixes in MAY_INCLUDE_ONLY.items():
                if file.is_relative_to(root / part):
                    for included in OWN_INCLUDE.findall(text):
                        if not included.startswith(prefixes):
                            yield f"{file.relative_to(root)} includes {included}: {part} may only include {prefixes}"
            if text.count("\n") > LONGEST:
                yield f"{file.relative_to(root)} has {text.count(chr(10))} lines: split it by meaning"


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(problems(root))
    print("\n".join(found) or "all includes follow the arrows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
