# SPDX-License-Identifier: Apache-2.0
"""Goal: a Go program, which calls the kernel itself, finds the drive through the seccomp door. Needs a Go compiler
(Debian's golang-go, which ci/setup does not install for its size)."""

import os
import shutil
import subprocess

import pytest
from conftest import SOURCE, burnrig, lacking, make_image, requires, run_in_rig

requires("growisofs")
if shutil.which("go") is None:
    lacking("there is no Go compiler (apt-get install golang-go)")


def test_a_go_program_sends_a_command_and_reads(tmp_path):
    program, disc = tmp_path / "client", tmp_path / "disc"
    subprocess.run(["go", "build", "-o", program, SOURCE / "tests/clients/src/go_client.go"], check=True,
                   env={**os.environ, "GO111MODULE": "off", "CGO_ENABLED": "0", "GOCACHE": str(tmp_path / "cache")})
    image = make_image(tmp_path / "image.iso", 100)
    done = run_in_rig(["--medium", "dvd+rw", "--disc", disc], ["growisofs", "-Z", f"/dev/sr0={image}"], tmp_path)
    assert done.code == 0, done.text
    done = burnrig("run", "--via", "seccomp", "--disc", disc, "--quiet", "--", program)
    if done.code == 125:
        pytest.skip(done.err)
    assert done.code == 0, done.text
    assert done.out.splitlines() == ["mode Drw-rw---- <nil>", "inquiry true 0 BURNRIG",
                                     f"read 2048 {image.read_bytes()[:8].hex()} <nil>"]
