# SPDX-License-Identifier: Apache-2.0
"""Goal: a Go program, which calls the kernel itself, and a Rust program that is linked statically find the drive through
the seccomp door. Needs a compiler (Debian's golang-go or rustc, which ci/setup does not install for their size)."""

import os
import shutil
import subprocess

import pytest
from conftest import SOURCE, burnrig, lacking, make_image, requires, run_in_rig

requires("growisofs")
if not any(map(shutil.which, ("go", "rustc"))):
    lacking("there is no Go and no Rust compiler (apt-get install golang-go rustc)")
CLIENTS = SOURCE / "tests/clients/src"


def printed(program, tmp_path):
    """What a program prints that finds a disc in the drive, and that disc's content."""
    image = make_image(tmp_path / "image.iso", 100)
    done = run_in_rig(["--medium", "dvd+rw", "--disc", tmp_path / "disc"], ["growisofs", "-Z", f"/dev/sr0={image}"], tmp_path)
    assert done.code == 0, done.text
    done = burnrig("run", "--via", "seccomp", "--disc", tmp_path / "disc", "--quiet", "--", program)
    if done.code == 125:
        pytest.skip(done.err)
    assert done.code == 0, done.text
    return done.out.splitlines(), image.read_bytes()


@pytest.mark.skipif(shutil.which("go") is None, reason="there is no Go compiler (apt-get install golang-go)")
def test_a_go_program_sends_a_command_and_reads(tmp_path):
    program = tmp_path / "client"
    subprocess.run(["go", "build", "-o", program, CLIENTS / "go_client.go"], check=True,
                   env={**os.environ, "GO111MODULE": "off", "CGO_ENABLED": "0", "GOCACHE": str(tmp_path / "cache")})
    lines, image = printed(program, tmp_path)
    assert lines == ["mode Drw-rw---- <nil>", "inquiry true 0 BURNRIG", f"read 2048 {image[:8].hex()} <nil>"]


@pytest.mark.skipif(shutil.which("rustc") is None, reason="there is no Rust compiler (apt-get install rustc)")
def test_a_static_rust_program_sends_a_command_and_reads(tmp_path):
    program = tmp_path / "client"
    subprocess.run(["rustc", "-C", "target-feature=+crt-static", "-o", program, CLIENTS / "rust_client.rs"], check=True)
    lines, image = printed(program, tmp_path)
    assert lines == ["block true", "inquiry 0 0 BURNRIG", f"read {image[2048:2056].hex()}", "thread BURNRIG"]
