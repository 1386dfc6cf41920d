# SPDX-License-Identifier: Apache-2.0
"""What the tests of the Python package share. A package that was not built, or a test that could not run, is said loudly:
exit code 77."""

import os
import pathlib

import pytest

SOURCE = pathlib.Path(os.environ.get("BURNRIG_SOURCE", pathlib.Path(__file__).parents[2]))


def pytest_configure():
    try:
        import burnrig  # noqa: F401
    except ImportError as missing:
        pytest.exit(f"SKIPPED: the package burnrig is not there ({missing}): build the target _burnrig, set PYTHONPATH",
                    returncode=77)


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == 0 and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = 77


@pytest.fixture
def image(tmp_path):
    """400 blocks, as a path."""
    import burnrig
    path = tmp_path / "image.iso"
    path.write_bytes(burnrig.pattern(400 * 2048))
    return path


@pytest.fixture
def formatted(tmp_path):
    """A DVD+RW, formatted, as a directory."""
    import burnrig
    path = tmp_path / "formatted"
    with burnrig.Drive(medium="dvd+rw", disc=path) as drive:
        drive.burner.format()
    return path
