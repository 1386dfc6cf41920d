# SPDX-License-Identifier: Apache-2.0
"""Goal: programs can build on our driver: by its events, as a library, and without harm to a physical drive.

Method: `burnrig burn --events` read line by line; the example program, which has the driver's headers and library and
nothing else; and a node that does not say that it is a simulated one, which is what a physical drive looks like."""

import json
import pathlib
import subprocess

import pytest

from conftest import BURNRIG, burnrig, disc_info, export, run_in_rig

EXAMPLE = pathlib.Path(BURNRIG).parents[1] / "examples" / "burn_image"
RIG = ["--drive", "generic-dvd-recorder"]


def events_of(*arguments):
    run = burnrig("burn", *arguments, "--events")
    return run.code, [json.loads(line) for line in run.out.splitlines()]


def test_a_good_burn_is_told_event_by_event(image):
    code, events = events_of(image, "--verify", "--seed", 7)
    assert code == 0
    assert [events[0]["event"], events[-1]["event"]] == ["begin", "end"]
    assert events[0]["seed"] == 7 and events[0]["medium"] == "cd-r-80"
    stages = [event["stage"] for event in events if event["event"] == "stage"]
    order = [stages.index(name) for name in ("plan", "medium", "write", "flush", "verify")]
    assert order == sorted(order)
    writing = [event for event in events if event["event"] == "progress" and event["stage"] == "write"]
    assert writing[-1]["bytes"] == writing[-1]["total"] >= image.stat().st_size
    assert any(event.get("drive_buffer", {}).get("size", 0) > 0 for event in writing)
    assert all(event["seconds_left"] >= 0 for event in writing if "seconds_left" in event)
    assert any("seconds_left" in event and event["kb_per_second"] > 0 for event in writing)
    times = [event["at"] for event in events]
    assert times == sorted(times)
    assert events[-1]["outcome"] == "succeeded" and events[-1]["verified_blocks"] == 1000


def test_a_stream_tells_of_its_ring(image):
    with open(image, "rb") as stream:
        done = subprocess.run([BURNRIG, "burn", "-", "--size", str(image.stat().st_size), "--events"], stdin=stream,
                              capture_output=True, text=True, timeout=60, check=True)
    rings = [event["ring"] for event in map(json.loads, done.stdout.splitlines()) if "ring" in event]
    assert rings and all(0 <= ring["used"] <= ring["size"] for ring in rings)


def test_an_error_is_an_event_with_all_that_is_known(image):
    code, events = events_of(image, "--fault", "bad: at @write lba 320..320 -> fail 03/0C/00")
    assert code == 1
    error, end = events[-2:]
    assert error["event"] == "error"
    assert (error["cause"], error["stage"], error["sense"]) == ("write-error", "write", "03/0C/00")
    assert error["command"].startswith("WRITE") and error["cdb"].startswith("2A") and error["lba"] == 320
    assert error["sense_bytes"].startswith("70 00 03") and error["advice"] and error["disc_now"]
    assert end["event"] == "end" and end["outcome"] == "failed" and end["cause"] == "write-error"


def test_a_retry_is_an_event_of_its_own(image):
    code, events = events_of(image, "--opc-retry", 1, "--fault", "opc: at SEND_OPC_INFORMATION #1 -> fail 03/73/03")
    retries = [event for event in events if event["event"] == "retry"]
    assert code == 0
    assert len(retries) == 1 and retries[0]["stage"] == "calibrate" and "kB/s" in retries[0]["text"]


# --- the library


@pytest.fixture
def example():
    if not EXAMPLE.exists():
        pytest.skip("the example is not built")
    return EXAMPLE


def test_a_program_of_its_own_burns_with_the_library(example, image, tmp_path):
    disc = tmp_path / "disc"
    run = run_in_rig([*RIG, "--medium", "cd-r-80", "--disc", disc], [example, "/dev/sr0", image], tmp_path)
    assert run.code == 0, run.text
    assert "stage write" in run.out and "progress 100 %" in run.out
    assert "burned 1000 blocks, 1000 compared; the disc is complete" in run.out
    assert export(disc, tmp_path / "back.iso") == image.read_bytes()


def test_a_program_of_its_own_reads_the_error_as_data(example, image, tmp_path):
    rig = [*RIG, "--medium", "cd-r-80", "--fault", "opc: at SEND_OPC_INFORMATION -> fail 03/73/03 ; always"]
    run = run_in_rig(rig, [example, "/dev/sr0", image], tmp_path)
    assert run.code == 2, run.text
    for line in ("cause opc-failed", "sense 03/73/03", "command SEND OPC INFORMATION", "disc now blank"):
        assert line in run.out, run.out
    assert "warning the calibration failed at" in run.out  # a retry, for who has no ear for them


# --- a physical drive


def on_a_node(disc, tmp_path, *words, medium=()):
    """Our driver on a node of which it does not know that it is simulated."""
    environment = ["env", "-u", "BURNRIG_RIG"]  # as if somebody had exported BURNRIG_DEVICE by hand
    return run_in_rig([*RIG, *medium, "--disc", disc], [*environment, BURNRIG, *words], tmp_path)


def consents(tmp_path, serial, *media):
    rig = tmp_path / f"{serial}{len(media)}.yaml"
    rig.write_text(json.dumps({"sacrificial_drives": [serial], "media": list(media)}))
    return ["--allow-destructive", "--rig", rig, "--countdown", "0"]


def told(text, before):
    """What stands in quotes behind these words."""
    return text.split(before + "'", 1)[1].split("'", 1)[0]


def test_a_physical_drive_is_not_written_to_without_four_consents(image, tmp_path):
    disc = tmp_path / "disc"
    words = ["burn", "--device", "/dev/sr0", image]
    run = on_a_node(disc, tmp_path, *words, medium=["--medium", "cd-rw-80"])
    assert run.code == 2, run.text
    assert "physical drive" in run.out and "--allow-destructive" in run.out and "--rig" in run.out
    serial = told(run.out, "serial number ")
    named = consents(tmp_path, serial)
    for missing in ([*named[1:]], named[:1], consents(tmp_path, "ANOTHER"), named):
        run = on_a_node(disc, tmp_path, *words, *missing)
        assert run.code == 2 and "What is missing" in run.out, run.text
    identity = told(run.out, "--medium-id ")
    assert identity.startswith("CD-RW")
    assert disc_info(disc)["state"] == "blank"

    run = on_a_node(disc, tmp_path, *words, *named, "--medium-id", identity)
    assert run.code == 0, run.text
    assert disc_info(disc)["state"] == "complete"
    assert export(disc, tmp_path / "back.iso") == image.read_bytes()
    run = on_a_node(disc, tmp_path, "blank", "--device", "/dev/sr0", *consents(tmp_path, serial, identity))
    assert run.code == 0, run.text
    assert disc_info(disc)["state"] == "blank"


def test_the_other_commands_that_change_a_disc_ask_too(tmp_path):
    for words in (["blank"], ["format"], ["close"]):
        run = on_a_node(tmp_path / "disc", tmp_path, *words, "--device", "/dev/sr0", medium=["--medium", "cd-rw-80"])
        assert run.code == 2 and "What is missing" in run.out, run.text
    assert on_a_node(tmp_path / "disc", tmp_path, "info", "--device", "/dev/sr0").code == 0
