# SPDX-License-Identifier: Apache-2.0
"""Goal: through the seccomp door the burners do what they do through preload, and send the drive the same commands;
programs that preload cannot reach find the drive too."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import BURNRIG, burnrig, export, lacking, make_image, requires, run_in_rig

requires("wodim", "cdrskin", "growisofs", "xorriso", "cdrdao", "readom", "dd", "sgp_dd", "sg_raw", "setpriv")
CLIENT = pathlib.Path(os.environ.get("BURNRIG_SECCOMP_CLIENT", "build/release/tests/clients/src/seccomp_client"))
RAW_CLIENT = CLIENT.with_name("raw_client")
VIA = ["--via", "seccomp"]


def require_door():
    """Where nobody can supervise system calls nothing is tested, which is said loudly."""
    run = burnrig("run", *VIA, "--quiet", "--", "true")
    if run.code == 125:
        lacking(run.err)
    assert run.code == 0, run.text


require_door()


def run(rig, command, tmp_path):
    done = run_in_rig([*VIA, *rig], command, tmp_path)
    assert done.code == 0, done.text
    return done


def burned(image, tmp_path):
    """A disc with the image, burned through the quick door."""
    disc = tmp_path / "disc"
    done = run_in_rig(["--medium", "dvd+rw", "--disc", disc], ["growisofs", "-Z", f"/dev/sr0={image}"], tmp_path)
    assert done.code == 0, done.text
    return disc


def commands(trace):
    """What the drive was sent. How often a program looks again whether the drive is ready, or has room, is a matter of
    the program's clock, and that is another one through this door."""
    polls = ("TEST_UNIT_READY", "READ_BUFFER_CAPACITY", "REQUEST_SENSE", "GET_EVENT_STATUS_NOTIFICATION")
    lines = [json.loads(line) for line in trace.read_text().splitlines()[1:]]
    return [(line["command"], line["cdb"], line.get("out"), line.get("in")) for line in lines
            if "command" in line and line["command"] not in polls]


# A toc file for cdrdao's data mode.
TOC = 'CD_ROM\nTRACK MODE1\nDATAFILE "{image}"\n'


@pytest.mark.parametrize("medium, command", [
    ("cd-r-80", ["wodim", "-s", "gracetime=2", "-sao", "dev=/dev/sr0", "{image}"]),
    ("cd-rw-80", ["cdrskin", "-tao", "dev=/dev/sr0", "{image}"]),
    ("cd-r-80", ["cdrdao", "write", "-n", "--device", "/dev/sr0", "{toc}"]),
    ("dvd+r", ["growisofs", "-Z", "/dev/sr0={image}"]),
    ("bd-re-25", ["xorriso", "-as", "cdrecord", "dev=/dev/sr0", "{image}"]),
], ids=lambda value: value if isinstance(value, str) else value[0])
def test_the_same_burn_through_both_doors(medium, command, tmp_path):
    image = make_image(tmp_path / "image.iso", 800)
    (tmp_path / "image.toc").write_text(TOC.format(image=image))
    words = [word.format(image=image, toc=tmp_path / "image.toc") for word in command]
    sent = {}
    for door in ("preload", "seccomp"):
        trace, disc = tmp_path / f"{door}.jsonl", tmp_path / door
        done = run_in_rig(["--via", door, "--drive", "generic-bd-recorder", "--medium", medium, "--disc", disc,
                           "--trace", trace], words, tmp_path)
        assert done.code == 0, done.text
        content = export(disc, tmp_path / f"{door}.iso")
        assert content[:image.stat().st_size] == image.read_bytes()
        sent[door] = commands(trace)
    assert sent["seccomp"] == sent["preload"]


def test_every_reader_reads_what_was_written(tmp_path):
    image = make_image(tmp_path / "image.iso", 800)
    disc, out = ["--disc", burned(image, tmp_path)], tmp_path / "out"
    content = image.read_bytes()
    for command in (["dd", "if=/dev/sr0", f"of={out}", "bs=20000", "count=50"],
                    ["dd", "if=/dev/sr0", f"of={out}", "bs=2048", "count=700", "skip=100"],
                    ["readom", "dev=/dev/sr0", "sectors=0-800", f"f={out}"],
                    ["sgp_dd", "if=/dev/sg0", f"of={out}", "bs=2048", "count=300", "thr=2"],
                    ["sh", "-c", f"head -c 100000 < /dev/sr0 > {out}"],
                    ["sh", "-c", f"exec 5< /dev/sr0; cat /dev/fd/5 | head -c 100000 > {out}"],
                    ["python3", "-c", f"open('{out}', 'wb').write(open('/dev/sr0', 'rb').read(30000))"]):
        out.unlink(missing_ok=True)
        run(disc, command, tmp_path)
        start = 100 * 2048 if "skip=100" in command else 0
        read = out.read_bytes()
        assert len(read) >= 30000, command
        length = min(len(read), len(content) - start)
        assert read[:length] == content[start:start + length], command


@pytest.mark.parametrize("client, printed", [
    ([CLIENT, "inquiry"], b"status 0\nvendor BURNRIG \n"),
    ([CLIENT, "handed_on"], b"exec 42\nreceived is another 1\nby socket 0\n"),
    ([RAW_CLIENT], b"BURNRIG\n"),
], ids=["static", "handed on", "without a C library"])
def test_programs_out_of_preloads_reach(client, printed, tmp_path, image):
    if not client[0].exists():
        pytest.skip(f"{client[0].name} is built for x86-64 only")
    disc = burned(image, tmp_path)
    done = subprocess.run([BURNRIG, "run", *VIA, "--disc", disc, "--quiet", "--", *client], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == printed + (image.read_bytes()[:8] if client[0] == RAW_CLIENT else b"")


def test_a_setuid_program_runs_without_its_extra_rights(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can make a program that is setuid to somebody else")
    nobody = 65534
    program = tmp_path / "client"
    shutil.copy(CLIENT, program)
    os.chown(program, nobody, nobody)
    program.chmod(0o4755)
    done = run(["--medium", "cd-r-80"], [program, "inquiry"], tmp_path)
    assert "vendor BURNRIG" in done.text


def test_a_user_gets_the_commands_that_linux_gives_a_user(tmp_path):
    """Vendor commands are for CAP_SYS_RAWIO alone, INQUIRY is for all."""
    for command, allowed in (["12", "0", "0", "0", "24", "0"], True), (["f0", "0", "0", "0", "0", "0"], False):
        request = ["sg_raw", "/dev/sr0", *command] if not allowed else ["sg_raw", "-r", "36", "/dev/sr0", *command]
        user = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        done = run_in_rig([*VIA, "--medium", "cd-r-80"], [*user, *request], tmp_path)
        assert (done.code == 0) == allowed, done.text
        assert ("Operation not permitted" in done.text) != allowed


def test_one_supervisor_is_all_that_the_kernel_allows(tmp_path):
    done = burnrig("run", *VIA, "--quiet", "--", BURNRIG, "run", *VIA, "--quiet", "--", "true")
    assert done.code == 125
    assert "--via seccomp: another program already supervises" in done.err


def test_ctl_speaks_with_a_rig_behind_this_door(tmp_path):
    socket = tmp_path / "rig.sock"
    script = f"{BURNRIG} ctl {socket} time x10 && {BURNRIG} ctl {socket} eject && ! sg_turs /dev/sr0"
    done = run_in_rig([*VIA, "--medium", "cd-r-80", "--socket", socket], ["sh", "-c", script], tmp_path)
    assert done.code == 0, done.text
    assert done.result["tray"] == "open"


def test_two_drives_at_once(tmp_path, image):
    """From one drive to the other: each keeps its disc."""
    source, copy = burned(image, tmp_path), tmp_path / "copy"
    done = run_in_rig([*VIA, "--drive", "generic-dvd-recorder", "--disc", source, "--drive", "generic-bd-recorder",
                       "--medium", "bd-re-25", "--disc", copy],
                      ["sh", "-c", "dd if=/dev/sr0 bs=64k count=31 | xorriso -as cdrecord dev=/dev/sr1 -"], tmp_path)
    assert done.code == 0, done.text
    assert export(copy, tmp_path / "copy.iso")[:2000000] == image.read_bytes()[:2000000]
