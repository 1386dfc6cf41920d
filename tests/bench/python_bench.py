#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a command costs from Python, in process, beside C++ in the same run: tests/bench/python_bench.py BENCH_COMMANDS.

Exit 1 when a wanted figure is missed: 200,000 TEST UNIT READY a second, a 64 KiB WRITE within 1.5 times C++."""

import re
import subprocess
import sys
import time

import burnrig

ROUNDS = 5
COMMANDS = 200_000
WRITES = 2048
BLOCKS = 32  # of 2048 bytes: 64 KiB
AREA = 1024  # WRITEs until it begins again at the front
COMMANDS_A_SECOND_MIN = 200_000
RATIO_MAX = 1.5


def fastest(work):
    """Seconds of the fastest of several rounds."""
    def once():
        began = time.perf_counter()
        work()
        return time.perf_counter() - began
    return min(once() for _ in range(ROUNDS))


def ready(**options):
    drive = burnrig.Drive(unlimited_speed=True, **options)
    while not drive.execute(bytes(6)):
        pass
    return drive


def commands_a_second():
    execute, cdb = ready().execute, bytes(6)

    def work():
        for _ in range(COMMANDS):
            execute(cdb)
    return COMMANDS / fastest(work)


def seconds_each_write():
    drive = ready(medium="dvd+rw")
    drive.burner.format()
    data = memoryview(burnrig.pattern(BLOCKS * 2048))
    cdbs = [bytes([0x2A, 0, *(i * BLOCKS).to_bytes(4, "big"), 0, 0, BLOCKS, 0]) for i in range(AREA)]
    execute = drive.execute

    def work():
        for number in range(WRITES):
            if not execute(cdbs[number % AREA], data):
                raise SystemExit("python_bench: a WRITE failed")
    work()
    return fastest(work) / WRITES


def main():
    told = subprocess.run([sys.argv[1]], stdout=subprocess.PIPE, text=True, check=True).stdout
    in_cpp = float(re.search(r"WRITE of 64 KiB.*?([\d.]+) ns", told).group(1))
    commands = commands_a_second()
    write = seconds_each_write() * 1e9
    print(f"TEST UNIT READY from Python                  {1e9 / commands:7.1f} ns   {commands:,.0f} a second, "
          f"{COMMANDS_A_SECOND_MIN:,} wanted")
    print(f"WRITE of 64 KiB from Python                  {write:7.1f} ns   {write / in_cpp:.2f} times C++ "
          f"({in_cpp:.1f} ns), at most {RATIO_MAX} wanted")
    return 0 if commands >= COMMANDS_A_SECOND_MIN and write <= RATIO_MAX * in_cpp else 1


if __name__ == "__main__":
    sys.exit(main())
