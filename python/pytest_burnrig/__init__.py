# SPDX-License-Identifier: Apache-2.0
"""pytest-burnrig: burn tests in pytest, on a simulated drive or a physical one.

    @pytest.mark.media("cd-r-80", "cd-rw-80")                   # runs twice, with a blank disc of each
    @pytest.mark.faults("opc-failure")
    def test_opc_failure_is_named(burner, drive):
        result = burner.burn(burnrig.pattern(1 << 20), check=False)
        assert result.cause == "opc-failed" and drive.trace.count("@write") == 0

    def test_my_burner(rig, tmp_path):                          # a program, unmodified
        rig.run(["my-burner", "{device}", "image.iso"]).must_tell_the_truth("image.iso")

Fixtures: drive, medium, disc, burner, faults, trace, rig. Options: `pytest --help`, group burnrig. A rule that never
fired fails its test, since that test tested nothing.
"""

from .fixtures import burner, disc, drive, faults, medium, rig, trace
from .markers import pytest_collection_modifyitems, pytest_generate_tests, pytest_runtest_setup
from .options import pytest_addoption, pytest_configure, pytest_report_header, pytest_sessionfinish
from .reports import pytest_runtest_makereport

__all__ = [
    "burner", "disc", "drive", "faults", "medium", "pytest_addoption", "pytest_collection_modifyitems",
    "pytest_configure", "pytest_generate_tests", "pytest_report_header", "pytest_runtest_makereport",
    "pytest_runtest_setup", "pytest_sessionfinish", "rig", "trace",
]
