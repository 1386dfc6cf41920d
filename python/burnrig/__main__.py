# SPDX-License-Identifier: Apache-2.0
"""The burnrig program of this package: python3 -m burnrig, or burnrig where pip put it on the PATH."""

import os
import sys

from .where import find_program


def main() -> None:
    if sys.argv[1:2] == ["campaign"]:
        from .campaign.__main__ import main as campaign
        sys.exit(campaign(sys.argv[2:]))
    program = find_program()
    os.execv(program, ["burnrig", *sys.argv[1:]])


if __name__ == "__main__":
    main()
