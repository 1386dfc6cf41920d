#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the discs that the ioctl probe is run on, the same bytes every time.

    probe_discs.py BURNRIG FOLDER        -> FOLDER/discs/{data,audio,mixed,blank,sessions,dvd}

data      CD-R with one track of 500 blocks          mixed   a data and an audio track in one session
audio     two audio tracks of 600 and 450 blocks     blank   a CD-R nobody wrote to
sessions  two data sessions                          dvd     DVD-R with 1000 blocks
"""

import pathlib
import random
import subprocess
import sys

BLOCK = {"data": 2048, "audio": 2352}


def track(folder, name, kind, blocks, seed):
    path = folder / f"{name}.{'iso' if kind == 'data' else 'raw'}"
    path.write_bytes(random.Random(seed).randbytes(blocks * BLOCK[kind]))
    return path


def cue(folder, name, tracks):
    """A cue sheet over track files: (path, kind) each."""
    lines = []
    for number, (path, kind) in enumerate(tracks, 1):
        mode = "AUDIO" if kind == "audio" else "MODE1/2048"
        lines += [f'FILE "{path.name}" BINARY', f"  TRACK {number:02d} {mode}", "    INDEX 01 00:00:00"]
    sheet = folder / f"{name}.cue"
    sheet.write_text("\n".join(lines) + "\n")
    return sheet


def make(burnrig, folder):
    folder.mkdir(parents=True, exist_ok=True)
    audio = [track(folder, "one", "audio", 600, 1), track(folder, "two", "audio", 450, 2)]
    data = [track(folder, "data", "data", 500, 3), track(folder, "second", "data", 400, 4)]
    dvd = track(folder, "dvd", "data", 1000, 5)
    sheets = {"audio": cue(folder, "audio", [(path, "audio") for path in audio]),
              "mixed": cue(folder, "mixed", [(data[0], "data"), (audio[0], "audio")])}
    jobs = {"data": [["--mode", "tao", data[0]]], "audio": [["--mode", "sao", sheets["audio"]]],
            "mixed": [["--mode", "sao", sheets["mixed"]]], "blank": [],
            "sessions": [["--mode", "tao", "--multi", data[0]], ["--mode", "tao", data[1]]], "dvd": [[dvd]]}
    for name, burns in jobs.items():
        disc = folder / "discs" / name
        if disc.exists():
            continue
        disc.parent.mkdir(exist_ok=True)
        medium = "dvd-r" if name == "dvd" else "cd-r-80"
        subprocess.run([burnrig, "disc", "create", disc, "--medium", medium], check=True, stdout=subprocess.DEVNULL)
        for burn in burns:
            subprocess.run([burnrig, "burn", "--disc", disc, *burn], check=True, capture_output=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: probe_discs.py BURNRIG FOLDER")
    make(sys.argv[1], pathlib.Path(sys.argv[2]))
