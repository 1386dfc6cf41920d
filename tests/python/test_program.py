# SPDX-License-Identifier: Apache-2.0
"""Goal: programs of others run on a simulated drive from Python, and one that does not tell the truth is told what it
did wrong, in words that its author can act upon."""

import os
import pathlib
import shutil
import sys

import pytest

import burnrig

SOURCE = pathlib.Path(os.environ["BURNRIG_SOURCE"])
needs_wodim = pytest.mark.skipif(shutil.which("wodim") is None, reason="wodim is not installed (ci/setup installs it)")

# Burners of a few lines: what is common to them, what each does.
COMMON = '''
import ctypes, fcntl, os, sys
device, image = os.open(os.environ["BURNRIG_DEVICE"], os.O_RDWR | os.O_NONBLOCK), open(sys.argv[1], "rb").read()

class SgIoHeader(ctypes.Structure):
    _fields_ = [("interface_id", ctypes.c_int), ("direction", ctypes.c_int), ("cmd_len", ctypes.c_ubyte),
                ("mx_sb_len", ctypes.c_ubyte), ("iovec_count", ctypes.c_ushort), ("dxfer_len", ctypes.c_uint),
                ("dxferp", ctypes.c_void_p), ("cmdp", ctypes.c_void_p), ("sbp", ctypes.c_void_p),
                ("timeout", ctypes.c_uint), ("flags", ctypes.c_uint), ("pack_id", ctypes.c_int),
                ("usr_ptr", ctypes.c_void_p), ("status", ctypes.c_ubyte), ("masked_status", ctypes.c_ubyte),
                ("msg_status", ctypes.c_ubyte), ("sb_len_wr", ctypes.c_ubyte), ("host_status", ctypes.c_ushort),
                ("driver_status", ctypes.c_ushort), ("resid", ctypes.c_int), ("duration", ctypes.c_uint),
                ("info", ctypes.c_uint)]

def send(cdb, data=b""):
    cdb, sense = (ctypes.c_ubyte * len(cdb))(*cdb), (ctypes.c_ubyte * 32)()
    buffer = ctypes.create_string_buffer(data, len(data)) if data else None
    header = SgIoHeader(ord("S"), -2 if data else -1, len(cdb), 32, 0, len(data),
                        ctypes.cast(buffer, ctypes.c_void_p) if data else None, ctypes.addressof(cdb),
                        ctypes.addressof(sense), 60000)
    fcntl.ioctl(device, 0x2285, header)
    if header.status: print("status", header.status, "sense %02X/%02X/%02X" % (sense[2] & 15, sense[12], sense[13]))
    return header.status == 0 and header.host_status == 0

def write_all():
    good = True
    for at in range(0, len(image), 32768):
        part = image[at:at + 32768]
        lba = at // 2048
        good &= send([0x2A, 0, *lba.to_bytes(4, "big"), 0, 0, len(part) // 2048, 0], part)
    return send([0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0]) and good

for _ in range(4): send([0] * 6)
sys.stdout = open(os.devnull, "w") if "QUIET" in os.environ else sys.stdout
'''


def burner(tmp_path, text):
    path = tmp_path / "my_burner.py"
    path.write_text(COMMON + text)
    return [sys.executable, path]


@needs_wodim
def test_an_unmodified_program_burns(tmp_path, image):
    result = burnrig.run(["wodim", "-tao", "dev={device}", image])
    assert result.ok and result.count("WRITE_10") > 0 and result.disc.state == "complete"
    assert result.disc.image()[:400 * 2048] == image.read_bytes()
    result.must_tell_the_truth(image)
    assert result.fields["seed"] == 1 and "wodim" in result.replay


@needs_wodim
def test_an_unmodified_program_meets_a_fault_and_says_so(image):
    result = burnrig.run(["wodim", "-tao", "dev={device}", image], faults=["opc-failure"], medium="cd-rw-80")
    assert not result.ok and result.fired == 1 and "OPC failed" in result.output
    result.must_tell_the_truth(image)
    assert result.drive_seconds > 8.9 and result.errors[0].sense == (3, 0x73, 3)


def test_a_burner_that_is_right_is_left_alone(tmp_path, image, formatted):
    right = burner(tmp_path, "sys.exit(0 if send([0x54, 1] + [0] * 8) and write_all() else 1)")
    burned = burnrig.run([*right, image], disc=formatted)
    burned.must_tell_the_truth(image)
    assert burned.ok
    failed = burnrig.run([*right, image], disc=formatted, faults=["write-error@write=3"])
    failed.must_tell_the_truth(image)
    assert failed.exit_code == 1


def test_one_that_ignores_a_failed_calibration_is_told_so(tmp_path, image):
    wrong = burner(tmp_path, "send([0x54, 1] + [0] * 8); print('burned'); sys.exit(0)")
    result = burnrig.run([*wrong, image], faults=["opc-failure"])
    with pytest.raises(burnrig.UntruthError) as told:
        result.must_tell_the_truth(image)
    text = str(told.value)
    assert "reports success (exit code 0), but image.iso is not on the disc" in text
    assert "it is blank: nothing was recorded" in text
    assert "SEND_OPC_INFORMATION  54 01 00 00 00 00 00 00 00 00  -> 03/73/03 MEDIUM ERROR, POWER CALIBRATION" in text
    assert "look at the status of every command: SEND_OPC_INFORMATION failed" in text
    assert "burnrig run" in text and "--fault opc-failure" in text


def test_one_that_writes_nothing_is_told_so(tmp_path, image):
    result = burnrig.run([*burner(tmp_path, "print('100 %, done')"), image])
    with pytest.raises(AssertionError, match="never sent a WRITE"):
        result.must_tell_the_truth(image)


def test_one_that_believes_a_drive_that_lies_is_told_so(tmp_path, image, formatted):
    result = burnrig.run([*burner(tmp_path, "sys.exit(0 if write_all() else 1)"), image], disc=formatted,
                         faults=["at @write lba 100..100 -> corrupt bits 3"])
    with pytest.raises(burnrig.UntruthError, match="at LBA 100(.|\n)*only a verify finds"):
        result.must_tell_the_truth(image)


def test_one_that_fails_without_a_reason_is_told_so(tmp_path, image, formatted):
    wrong = burner(tmp_path, "sys.exit(0 if write_all() else 'sorry')")
    result = burnrig.run([*wrong, image], disc=formatted, faults=["write-error@write=3"], env={"QUIET": "1"})
    with pytest.raises(burnrig.UntruthError, match="without saying why(.|\n)*MEDIUM ERROR, WRITE ERROR"):
        result.must_tell_the_truth(image)
    result.must_tell_the_truth(image, names_errors=False)


def test_one_that_cries_wolf_is_told_so(tmp_path, image, formatted):
    result = burnrig.run([*burner(tmp_path, "write_all(); sys.exit(3)"), image], disc=formatted)
    with pytest.raises(burnrig.UntruthError, match=r"reports failure \(exit code 3\), but the disc holds image.iso"):
        result.must_tell_the_truth(image)


def test_one_that_never_ends_is_ended_and_told_so(tmp_path, image):
    result = burnrig.run([*burner(tmp_path, "while True: pass"), image], timeout=3)
    assert result.exit_code is None
    with pytest.raises(burnrig.UntruthError, match="never came to an end"):
        result.must_tell_the_truth(image)


def test_a_rig_that_cannot_be_is_an_error_of_its_own(image):
    with pytest.raises(burnrig.RigError, match="did you mean"):
        burnrig.run(["true"], medium="cd-r-8")
    with pytest.raises(burnrig.RigError, match="unknown|did you mean"):
        burnrig.run(["true"], faults=["at WRIET -> lose"])


def test_python_drives_the_device_of_a_rig(tmp_path):
    """The node of `burnrig run` from within it: a Device, with rules above the cable, its trace, our driver."""
    script = tmp_path / "inside.py"
    script.write_text('''
import burnrig
with burnrig.Device("/dev/sr0") as drive:
    assert not drive.simulated and "Device /dev/sr0" in repr(drive)
    with drive.faults("write-error@write=2") as f:
        failed = drive.burner.burn("pattern:1M", mode="tao", check=False)
    assert failed.cause == "write-error" and f.fired == 1, failed
    assert drive.trace.count("@write") == 2
    drive.burner.blank()
    assert drive.burner.burn("pattern:1M", mode="tao", verify=True).ok
    try:
        drive.status()
    except burnrig.RigError as error:
        assert "simulated" in str(error)
print("inside: all well")
''')
    result = burnrig.run([sys.executable, script], medium="cd-rw-80", env={"PYTHONPATH": os.environ["PYTHONPATH"]})
    assert result.ok and "all well" in result.stdout, result.output
    assert result.disc.recorded_blocks >= 512


def test_scenarios_are_carried_out():
    done = burnrig.run_scenarios(SOURCE / "fixtures/scenarios/examples", filter="01-opc-fails", jobs=1)
    assert [(scenario.name, scenario.result) for scenario in done] == [("01-opc-fails", "passed")]
    assert done[0].runs[0].fields["faults"][0]["fired"] == 1
    with pytest.raises(burnrig.RigError, match="nowhere"):
        burnrig.run_scenarios("nowhere")


def test_a_scenario_that_fails_says_what_it_saw(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("title: wrong\ndrive: generic-dvd-recorder\nmedium: cd-r-80\nimage: 1MiB\nfaults: [opc-failure]\n"
                    "runs:\n  - burn: {mode: tao}\n    expect: {outcome: succeeded}\n")
    outcome, = burnrig.run_scenarios(file)
    assert not outcome.passed and "expected" in outcome.text and "succeeded" in outcome.text


def test_a_burn_is_swept(tmp_path):
    result = burnrig.sweep(filter="cd-r-80 tao", at="WRITE_10 #2", jobs=1, out=tmp_path)
    assert result.held and result.fields["totals"]["trials"] > 100, result.text
    assert (tmp_path / "summary.json").exists()
    with pytest.raises(burnrig.RigError, match="no burn has such a name"):
        burnrig.sweep(filter="floppy")
