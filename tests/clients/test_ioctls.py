# SPDX-License-Identifier: Apache-2.0
"""Every ioctl with valid, edge and invalid arguments: through the preload, the seccomp and the FUSE door, and as the kernel's own /dev/sr0,
/dev/sg0 and /dev/bsg answered over the same drive and disc (tests/kernel/golden, made by the kernel lane)."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

from conftest import BURNRIG, SOURCE, requires

requires("cc")
KERNEL = SOURCE / "tests" / "kernel"
sys.path.insert(0, str(KERNEL))
import compare_ioctls  # noqa: E402  (lies beside what it compares)
import probe_discs  # noqa: E402

STATES = ["data", "audio", "mixed", "sessions", "dvd", "blank", "none", "open"]
USER = 1000


COUNTS = {}  # door -> (states, rows that are equal, accepted)


@pytest.fixture(scope="module", autouse=True)
def told(request):
    """How many rows were compared is said at the end, also when all is well."""
    yield
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        for door, (states, equal, accepted) in COUNTS.items():
            print(f"\n{door}: {states} states of the drive, {equal} rows equal, {accepted} accepted for a reason")


@pytest.fixture(scope="module")
def place():
    """A folder that every user can read, with the rig, the probe and the discs in it."""
    with tempfile.TemporaryDirectory(prefix="burnrig-ioctls-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        rig = pathlib.Path(BURNRIG)
        shim = next(path for path in (rig.parent, rig.parent / "../lib", rig.parent / "../lib/burnrig")
                    if (path / "libburnrig_preload.so").exists()) / "libburnrig_preload.so"
        (folder / "bin").mkdir()
        shutil.copy(rig, folder / "bin" / "burnrig")
        shutil.copy(shim, folder / "bin" / "libburnrig_preload.so")
        shutil.copytree(SOURCE / "fixtures", folder / "fixtures", ignore=shutil.ignore_patterns("scenarios"))
        subprocess.run(["cc", "-O1", "-o", folder / "probe", *(KERNEL / "probe").glob("*.c")], check=True)
        probe_discs.make(BURNRIG, folder)
        yield folder


def probe(place, state, uid, via="preload"):
    """What the probe prints in one state of the drive."""
    disc = place / f"{state}.{uid}.{via}"
    rig = ["--medium", "none"]
    if state != "none":
        shutil.copytree(place / "discs" / ("data" if state == "open" else state), disc)
        rig = ["--disc", str(disc)]
        for path in [disc, *disc.rglob("*")]:
            os.chown(path, uid, uid)
    user = {"user": uid, "group": uid, "extra_groups": []} if os.geteuid() == 0 and uid != 0 else {}
    # The program's own path of the node; a FUSE folder has no bsg.
    nodes = '--sg "${BURNRIG_DEVICE%sr}sg"' if via == "fuse" else "--sg /dev/sg0 --bsg /dev/bsg/0:0:1:0"
    run = subprocess.run(
        [place / "bin" / "burnrig", "run", "--via", via, *rig, "--host", "plain", "--quiet", "--", "sh", "-c",
         f'exec "$0" "$@" {nodes} "$BURNRIG_DEVICE"', place / "probe", *(["--open-tray"] if state == "open" else [])],
        capture_output=True, text=True, timeout=100, env={**os.environ, "BURNRIG_FIXTURES": str(place / "fixtures")},
        **user)
    if via != "preload" and run.returncode == 125:
        pytest.skip(run.stderr.strip())
    assert run.returncode == 0, run.stdout[-300:] + run.stderr
    out = place / f"{state}.{uid}.{via}.txt"
    out.write_text(run.stdout)
    return out


# The door changes nothing that depends on the disc: a few states are enough for the second one.
ELSEWHERE = ["data", "none", "open"]


@pytest.mark.parametrize("who", ["root", "user"])
@pytest.mark.parametrize("via, state", [*(("preload", state) for state in STATES),
                                        *(("seccomp", state) for state in ELSEWHERE),
                                        *(("fuse", state) for state in ELSEWHERE)])
def test_every_ioctl_answers_as_the_kernels_does(place, via, state, who):
    if who == "root" and os.geteuid() != 0:
        pytest.skip("only root can ask as root")
    uid = 0 if who == "root" else USER if os.geteuid() == 0 else os.geteuid()
    ours = compare_ioctls.read_rows(probe(place, state, uid, via))
    theirs = compare_ioctls.read_rows(KERNEL / "golden" / f"{state}.{who}.txt")
    allowed = compare_ioctls.read_accepted(compare_ioctls.ACCEPTED)
    if via != "preload":
        allowed += compare_ioctls.read_accepted(KERNEL / f"accepted_{via}.txt")
    equal, accepted, different, _ = compare_ioctls.compare(theirs, ours, allowed)
    sums = COUNTS.get(via, (0, 0, 0))
    COUNTS[via] = (sums[0] + 1, sums[1] + equal, sums[2] + len(accepted))
    assert not different
    assert equal > (670 if via == "fuse" else 700)  # a folder has no bsg
