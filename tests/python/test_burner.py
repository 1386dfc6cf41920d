# SPDX-License-Identifier: Apache-2.0
"""Goal: our own driver from Python: what it burns is on the disc, its failures are data, callbacks can end it."""

import threading

import pytest

import burnrig

BLOCK = 2048
IMAGE = burnrig.pattern(512 * BLOCK)


def test_burned_bytes_are_on_the_disc():
    with burnrig.Drive(medium="cd-r-80") as drive:
        result = drive.burner.burn(memoryview(IMAGE), mode="tao", speed=10, verify=True)
        assert result and result.report["verify"]["compared"] == 512 and result.mode == "tao"
        assert drive.disc.image() == IMAGE
        assert drive.burner.read(0, 512) == IMAGE
        assert drive.burner.verify(IMAGE) == 512
        with pytest.raises(burnrig.BurnError, match="LBA 3|block 3") as caught:
            drive.burner.verify(IMAGE[:3 * BLOCK] + bytes(BLOCK) + IMAGE[4 * BLOCK:])
        assert caught.value.cause == "verify-mismatch" and caught.value.lba == 3


def test_a_failure_is_data():
    drive = burnrig.Drive("optiarc-ad-7280s", "cd-rw-mbi-high-speed")
    with drive.faults("opc: at OPC -> take 8.906s, fail 03/73/03") as f:
        with pytest.raises(burnrig.BurnError, match="POWER CALIBRATION AREA ERROR") as caught:
            drive.burner.burn(IMAGE, mode="tao", speed=4)
    error = caught.value
    assert (error.cause, error.stage, error.sense) == ("opc-failed", "calibrate", (3, 0x73, 3))
    assert error.command == "SEND OPC INFORMATION" and error.cdb == bytes.fromhex("54010000000000000000")
    assert error.sense_bytes[:3] == b"\x70\x00\x03" and error.advice and error.took == pytest.approx(8.906)
    assert not error.tray_locked and drive.door == "unlocked" and "blank" in error.disc_now
    assert f.fired == 1 and drive.trace.count("@write") == 0 and drive.disc.blank


def test_a_failed_write_names_its_block():
    drive = burnrig.Drive(medium="bd-re-25", model="generic-bd-recorder")
    rule = burnrig.at("@write").lba(64).fail("write-error", info=64).always()
    with drive.faults(rule):
        result = drive.burner.burn(IMAGE, check=False)
    assert not result.ok and result.cause == "write-error" and result.error.lba == 64
    assert "LBA 64" in result.message and result.report == {}


def test_what_comes_late_is_late_in_drive_time():
    drive = burnrig.Drive(medium="cd-r-80")
    with drive.faults("slow: at source.read bytes >= 512KiB -> stall 30s") as f:
        result = drive.burner.burn(IMAGE, check=False)
    assert f.fired == 1 and result.elapsed > 30


def test_progress_and_messages_are_told():
    seen, told = [], []
    drive = burnrig.Drive(medium="cd-r-80")
    result = drive.burner.burn(IMAGE, progress=lambda p: seen.append((p.stage, p.bytes, p.total)),
                               message=lambda kind, stage, text: told.append((kind, stage)))
    assert any(stage == "write" and done == total >= len(IMAGE) for stage, done, total in seen)
    assert [done for stage, done, _ in seen if stage == "write"] == sorted(done for stage, done, _ in seen)
    assert ("stage", "calibrate") in told and told == [message[:2] for message in result.messages]


@pytest.mark.parametrize("way", ["false", "token", "exception"])
def test_a_burn_is_ended_from_its_callback(way):
    stop = burnrig.StopToken()

    def progress(now):
        if now.stage != "write":
            return None
        if way == "exception":
            raise KeyError("mine")
        if way == "token":
            stop.request()
        return way != "false"
    drive = burnrig.Drive(medium="cd-r-80")
    kind = KeyError if way == "exception" else burnrig.BurnError
    with pytest.raises(kind) as caught:
        drive.burner.burn(burnrig.pattern(4 << 20), mode="tao", progress=progress, stop=stop)
    if way != "exception":
        assert caught.value.cause == "stopped"
    assert drive.door == "unlocked" and 0 < drive.disc.recorded_blocks < 2048
    assert stop.requested


def test_rules_come_from_another_thread_while_it_burns():
    drive = burnrig.Drive(medium="cd-r-80")
    reached, added = threading.Event(), threading.Event()

    def inject():
        assert reached.wait(20)
        drive.faults.add("at @write -> fail write-error ; always")
        added.set()

    def progress(now):
        if now.stage == "write" and not reached.is_set():
            reached.set()
            assert added.wait(20)
    thread = threading.Thread(target=inject)
    thread.start()
    result = drive.burner.burn(burnrig.pattern(4 << 20), progress=progress, check=False)
    thread.join()
    assert result.cause == "write-error"


def test_other_threads_run_while_one_waits_for_its_turn():
    """The waiting thread is in C++: if it kept the interpreter's lock there, nobody could ever end the burn."""
    drive = burnrig.Drive(medium="cd-r-80")
    reached, go_on = threading.Event(), threading.Event()

    def progress(now):
        reached.set()
        assert go_on.wait(20)
    burning = threading.Thread(target=lambda: drive.burner.burn(IMAGE, progress=progress))
    waiting = threading.Thread(target=lambda: drive.execute(bytes(6)))
    burning.start()
    assert reached.wait(20)
    waiting.start()
    assert sum(range(100_000)) > 0 and waiting.is_alive()
    go_on.set()
    burning.join(20)
    waiting.join(20)
    assert not burning.is_alive() and not waiting.is_alive() and drive.disc.state == "complete"


def test_a_disc_is_blanked_formatted_closed_and_looked_at():
    drive = burnrig.Drive(medium="cd-rw-80")
    burner = drive.burner
    burner.burn(IMAGE, multi=True)
    assert burner.disc()["state"] == "appendable" and burner.toc()["tracks"][0]["start"] == 0
    assert burner.blank()["state"] == "blank" and drive.disc.blank
    burner.eject()
    assert drive.tray == "open"
    burner.load()
    assert drive.tray == "closed"
    plus = burnrig.Drive(medium="dvd+rw").burner
    assert plus.format()["text"].startswith("DVD+RW")
    assert plus.drive()["vendor"] == burnrig.DriveModel("generic-dvd-recorder").vendor


def test_audio_is_burned_as_audio():
    drive = burnrig.Drive(medium="cd-r-80")
    samples = burnrig.pattern(300 * 2352)
    drive.burner.burn(samples, audio=True, mode="sao")
    assert drive.burner.toc()["tracks"][0]["kind"] == "audio"
    assert drive.disc.track(1)[44:] == samples


@pytest.mark.parametrize("mistake, words", [
    (dict(image="nothing.iso"), "nothing.iso"), (dict(image=[]), "empty"), (dict(image=IMAGE, mode="tayo"), "mode"),
    (dict(image=IMAGE, speed="fast"), "speed"), (dict(image=IMAGE, opc="maybe"), "opc")])
def test_what_cannot_be_burned_is_said_before_the_drive_is_touched(mistake, words):
    drive = burnrig.Drive()
    with pytest.raises(burnrig.RigError, match=words):
        drive.burner.burn(**mistake)
    assert len(drive.trace) == 0


def test_images_are_named_as_on_the_command_line(tmp_path, image):
    drive = burnrig.Drive(medium="dvd-r")
    assert drive.burner.burn(image).report["blocks"] >= 400
    other = burnrig.Drive(medium="dvd-r")
    assert other.burner.burn("pattern:1M").report["bytes"] == 1 << 20
