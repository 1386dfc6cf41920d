#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The most memory that our driver takes for an image of 25 GB. Usage: large_image.py BURNRIG

A sparse file is burned on a BD-R of 25 GB through the preload node; the disc is kept as digests, in a process of its own.
What is measured is the driver's process alone, its mapped pages included: the peak that the kernel kept (ru_maxrss)."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

GIGABYTE = 10**9
BLOCK = 2048
WANTED_MIB = 64
# Runs the rest of its words and prints the most memory that these took.
PEAK = """import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], check=False).returncode
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)"""


def main():
    burnrig = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as work:
        image = pathlib.Path(work) / "image.iso"
        with open(image, "wb") as file:
            file.truncate(25 * GIGABYTE // BLOCK * BLOCK)
        rig = ["--drive", "generic-bd-recorder", "--medium", "bd-r-25", "--disc", f"{work}/disc", "--keep", "digests"]
        burn = [burnrig, "burn", "-q", "--any-speed", "--device", "/dev/sr0", image]
        began = time.monotonic()
        done = subprocess.run([burnrig, "run", *rig, "--unlimited-speed", "--", "/usr/bin/python3", "-c", PEAK, *burn],
                              cwd=work, stdout=subprocess.PIPE, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        seconds = time.monotonic() - began
    words = done.stdout.decode(errors="replace").split()
    if done.returncode != 0 or "peak" not in words:
        sys.exit(f"the burn failed: {' '.join(words)}")
    mib = int(words[words.index("peak") + 1]) / 1024
    print(f"burnrig burn of 25 GB through the node       {25000 / seconds:7.0f} MB/s   peak {mib:.1f} MiB (wanted: under "
          f"{WANTED_MIB})")
    return 0 if mib < WANTED_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
