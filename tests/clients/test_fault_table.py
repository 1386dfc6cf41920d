# SPDX-License-Identifier: Apache-2.0
"""Goal: the table of what rules are made of, and of what acts on which drive, says what the program says."""

import os
import pathlib

from conftest import burnrig

README = pathlib.Path(os.environ["BURNRIG_SOURCE"]) / "emulator" / "faults" / "README.md"
MARKS = ("<!-- burnrig faults --kinds: begin -->", "<!-- burnrig faults --kinds: end -->")


def test_the_readme_has_the_table_of_the_program():
    printed = burnrig("faults", "--kinds")
    assert printed.code == 0
    text = README.read_text()
    written = text[text.index(MARKS[0]) + len(MARKS[0]) : text.index(MARKS[1])]
    assert written.strip() == printed.out.strip(), "put the output of `burnrig faults --kinds` into emulator/faults/README.md"
    for word in ("torn", "source", "since", "unplug"):
        assert f"`{word}`" in written
