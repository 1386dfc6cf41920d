#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How long our driver and its peers take for the same image on the same emulated drive: preload node, virtual time, a
medium without a speed limit. Usage: peers.py BURNRIG [MEBIBYTES]

Wall time is that of the whole run, the drive's process included. CPU time is the burning program's own: what a second
run under `bash -c "...; times"` adds up for it (the drive's process is not in it)."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROUNDS = 3
DRIVE = "generic-dvd-recorder"
# Job: medium, image size limit in MiB, program and arguments.
JOBS = {
    "CD": ("cd-r-80", 650, [
        ("ours", ["{burnrig}", "burn", "-q", "--any-speed", "--device", "/dev/sr0", "{image}"]),
        ("wodim", ["wodim", "-s", "dev=/dev/sr0", "-tao", "{image}"]),
        ("cdrskin", ["cdrskin", "dev=/dev/sr0", "-tao", "{image}"]),
        ("xorriso", ["xorriso", "-as", "cdrecord", "-v", "dev=/dev/sr0", "{image}"]),
    ]),
    "DVD+RW": ("dvd+rw", 4400, [
        ("ours", ["{burnrig}", "burn", "-q", "--any-speed", "--device", "/dev/sr0", "{image}"]),
        ("growisofs", ["growisofs", "-Z", "/dev/sr0={image}"]),
        ("cdrskin", ["cdrskin", "dev=/dev/sr0", "{image}"]),
        ("xorriso", ["xorriso", "-as", "cdrecord", "-v", "dev=/dev/sr0", "{image}"]),
    ]),
}


def run(burnrig, medium, command, cwd):
    began = time.monotonic()
    done = subprocess.run([burnrig, "run", "--drive", DRIVE, "--medium", medium, "--unlimited-speed", "--", *command],
                          cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return time.monotonic() - began, done


def cpu_seconds(output):
    """The last line that bash's `times` prints: user and system time of its children."""
    found = re.findall(rb"(\d+)m([\d.]+)s (\d+)m([\d.]+)s", output)[-1]
    return int(found[0]) * 60 + float(found[1]) + int(found[2]) * 60 + float(found[3])


def measure(burnrig, medium, command, cwd):
    walls, cpus = [], []
    for _ in range(ROUNDS):
        wall, done = run(burnrig, medium, command, cwd)
        if done.returncode != 0:
            return None, done.stdout.decode(errors="replace").strip().splitlines()[-1:]
        walls.append(wall)
        quoted = " ".join(f"'{word}'" for word in command)
        _, done = run(burnrig, medium, ["bash", "-c", f"{quoted} >/dev/null 2>&1; times"], cwd)
        cpus.append(cpu_seconds(done.stdout))
    return min(walls), min(cpus)


def main():
    burnrig = os.path.abspath(sys.argv[1])
    mebibytes = int(sys.argv[2]) if len(sys.argv) > 2 else 650
    good = True
    with tempfile.TemporaryDirectory() as work:
        image = os.path.join(work, "image.iso")
        with open(image, "wb") as file:
            for _ in range(mebibytes):
                file.write(os.urandom(1 << 20))
        gigabytes = mebibytes * (1 << 20) / 1e9
        for job, (medium, limit, programs) in JOBS.items():
            if mebibytes > limit:
                continue
            figures = {}
            for name, words in programs:
                if name != "ours" and not shutil.which(name):
                    continue
                command = [word.format(burnrig=burnrig, image=image) for word in words]
                wall, cpu = measure(burnrig, medium, command, work)
                if wall is None:
                    print(f"{job:7} {name:10} failed: {cpu}")
                    continue
                figures[name] = (wall, cpu / gigabytes)
                print(f"{job:7} {name:10} {wall:6.2f} s   {cpu / gigabytes:6.3f} CPU seconds per GB")
            ours = figures.pop("ours", None)
            if ours and figures:
                fastest = min(figures, key=lambda name: figures[name][0])
                leanest = min(figures, key=lambda name: figures[name][1])
                faster = figures[fastest][0] / ours[0]
                share = ours[1] / figures[leanest][1]
                good = good and faster >= 2 and share <= 0.5
                print(f"{job:7} ours is {faster:.1f} times as fast as {fastest} (wanted: 2), with {share:.2f} of the CPU "
                      f"time of {leanest} (wanted: 0.50)")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
