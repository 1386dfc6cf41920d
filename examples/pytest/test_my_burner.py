# SPDX-License-Identifier: Apache-2.0
"""A burning program under test: put your own in BURNER (or MY_BURNER), then `pytest examples/pytest`."""
import os

import pytest

BURNER = os.environ.get("MY_BURNER", "wodim -tao dev={device} {image}")
FAULTS = ["opc-failure", "write-error@write=3", "leadout-failure", "power-loss@write=3", "device-lost@write=3"]


@pytest.fixture
def burn(rig, tmp_path):
    image = tmp_path / "image.iso"
    image.write_bytes(bytes(range(1, 256)) * 4096)
    command = BURNER.replace("{image}", str(image)).split()
    return lambda *faults: (rig.run(command, faults=faults), image)


@pytest.mark.media("cd-r-80", "cd-rw-80")
def test_it_burns(burn):
    result, image = burn()
    assert result.ok, result.output
    result.must_tell_the_truth(image)


@pytest.mark.parametrize("fault", FAULTS)
def test_it_tells_the_truth_about(fault, burn):
    result, image = burn(fault)
    result.must_tell_the_truth(image)
    assert result.fired, "the burner never got as far as this fault"
