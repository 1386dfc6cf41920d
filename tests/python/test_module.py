# SPDX-License-Identifier: Apache-2.0
"""Goal: drives, discs, rules and commands from Python do what they do elsewhere, and mistakes are told as such."""

import ast
import array
import gc
import inspect
import pathlib
import threading

import pytest

import burnrig
from burnrig import _burnrig

TEST_UNIT_READY = bytes(6)
INQUIRY = bytes([0x12, 0, 0, 0, 36, 0])
BLOCK = 2048


def write_10(lba, blocks):
    return bytes([0x2A, 0, *lba.to_bytes(4, "big"), 0, *blocks.to_bytes(2, "big"), 0])


def read_10(lba, blocks):
    return bytes([0x28, 0, *lba.to_bytes(4, "big"), 0, *blocks.to_bytes(2, "big"), 0])


def ready_drive(**options):
    """A drive whose unit attentions have been taken in."""
    drive = burnrig.Drive(**options)
    while not drive.execute(TEST_UNIT_READY):
        pass
    return drive


def test_commands_take_and_give_bytes_in_place():
    with ready_drive(medium="dvd+rw") as drive:
        drive.burner.format()
        numpy = pytest.importorskip("numpy")
        sent = numpy.frombuffer(burnrig.pattern(16 * BLOCK), dtype=numpy.uint8)
        assert drive.command(write_10(32, 16), data_out=sent).transferred == 16 * BLOCK
        for room in (bytearray(16 * BLOCK), memoryview(bytearray(16 * BLOCK)), numpy.zeros(16 * BLOCK, numpy.uint8),
                     array.array("H", bytes(16 * BLOCK))):
            completion = drive.command(read_10(32, 16), data_in=room)
            assert completion.data is None
            assert bytes(room) == sent.tobytes()
        assert drive.command(read_10(32, 16), data_in=16 * BLOCK).data == sent.tobytes()
        assert drive.command("28 00 00 00 00 20 00 00 10 00", data_in=16 * BLOCK).data == sent.tobytes()


def test_a_reply_is_as_long_as_the_drive_made_it():
    drive = ready_drive()
    assert len(drive.execute(INQUIRY, data_in=200).data) == 36
    assert drive.execute(INQUIRY, data_in=200).transferred == 36
    assert len(drive.execute(INQUIRY, data_in=8).data) == 8


@pytest.mark.parametrize("mistake, kind", [
    (dict(cdb=b"\0\0"), ValueError), (dict(cdb=bytes(17)), ValueError), (dict(cdb="xyz"), ValueError),
    (dict(cdb=TEST_UNIT_READY, data_out=b"", data_in=1), ValueError), (dict(cdb=INQUIRY, data_in=b"const"), BufferError),
    (dict(cdb=INQUIRY, data_in=1 << 30), ValueError), (dict(cdb=INQUIRY, data_in=-1), Exception),
    (dict(cdb=TEST_UNIT_READY, timeout=0), ValueError), (dict(cdb=TEST_UNIT_READY, timeout=float("nan")), ValueError),
    (dict(cdb=7), TypeError), (dict(cdb=TEST_UNIT_READY, data_out=3.5), TypeError)])
def test_a_command_that_cannot_be_is_refused(mistake, kind):
    with pytest.raises(kind):
        burnrig.Drive().execute(**mistake)


def test_a_failed_command_has_its_sense():
    drive = ready_drive()
    completion = drive.execute(read_10(0, 1), data_in=BLOCK)
    assert not completion and completion.status == 2 and completion.sense[0] in (5, 8)
    with pytest.raises(burnrig.CommandError, match="READ_10") as caught:
        drive.command(read_10(0, 1), data_in=BLOCK)
    assert caught.value.sense == completion.sense
    assert burnrig.sense_text(*completion.sense) == completion.sense_text


def test_rules_act_for_as_long_as_their_block():
    drive = ready_drive()
    with drive.faults("at TEST_UNIT_READY -> fail 02/04/01 ; always") as f:
        assert drive.execute(TEST_UNIT_READY).sense == (2, 4, 1)
        assert f.fired == 1
    assert drive.execute(TEST_UNIT_READY).good
    assert f.fired == 1, "what they did is still known"
    assert drive.faults.report() == []


def test_a_bad_rule_is_told_with_its_place_and_adds_nothing():
    drive = burnrig.Drive()
    with pytest.raises(burnrig.RigError, match="SEND_OPC_INFORMATION|TEST_UNIT_READY|did you mean"):
        drive.faults("at TEST_UNIT_READY -> lose", "at TEST_UNIT_REDDY -> lose")
    assert drive.faults.report() == []


BUILT = [
    (burnrig.at("OPC").named("opc").take(8.906).fail((3, 0x73, 3)),
     "opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03"),
    (burnrig.at("@write").lba(4096, 4127).midway(0.5).fail("write-error", info=4112).always(),
     "at @write lba 4096..4127 midway 0.5 -> fail 03/0C/00 info 4112 ; always"),
    (burnrig.at("@write").nth(40).lose().fail("write-error", deferred=True),
     "at @write #40 -> lose, fail 03/0C/00 deferred"),
    (burnrig.at("@any").from_nth(3, 2).before().host("RESET").reset("bus").times(4), None),
    (burnrig.at("WRITE").nth(3, 9, 2).after().busy(90, "long-write").lasting(5), None),
    (burnrig.at("time 5s").unplug(2), "at time 5s -> unplug 2s"),
    (burnrig.at("source.read").bytes(">=", 20 << 20).stall(3), "at source.read bytes >= 20MiB -> stall 3s"),
    (burnrig.at("source.read").probability(0.02).throttle(1000000).always(), None),
    (burnrig.at("CLOSE").cdb(2, "==", 2).midway().take_more(21).fail("leadout-failed").once(), None),
    (burnrig.at("@write").buffer("<", 0.1).drain(), None), (burnrig.at("@write").phase("writing").torn(3), None),
    (burnrig.at("@write").corrupt("bits", 3), None), (burnrig.at("@read").unreadable(1, 2), None),
    (burnrig.at("@write").misplace(1), None), (burnrig.at("INQUIRY").stale(), None),
    (burnrig.at("@write").power_loss(4), None), (burnrig.at("@write").power_loss(), None),
    (burnrig.at("@write").unplug(), None), (burnrig.at("time 1s").eject("emergency"), None),
    (burnrig.at("@read").hang(), None), (burnrig.at("@read").hang(3), None), (burnrig.at("@read").short(5), None),
    (burnrig.at("@read").system_error("EIO"), None), (burnrig.at("@read").status("BUSY"), None),
    (burnrig.at("@read").fail("read-error", descriptor=True).until("time 9s"), None),
    (burnrig.at("@read").log('he said "no" \\'), None), (burnrig.at("time 2s").swap("cd-r-80"), None),
    (burnrig.at("@any").since("drop").lose(), None),
]


@pytest.mark.parametrize("rule, text", BUILT, ids=lambda value: str(value)[:60] if isinstance(value, burnrig.Rule) else "")
def test_a_rule_that_was_built_is_a_rule(rule, text):
    canonical, = burnrig.explain(rule)
    assert text is None or canonical == text
    assert burnrig.explain(canonical) == [canonical]


def test_every_step_of_the_builder_is_tested():
    def steps(of):
        return {name for name, member in vars(of).items() if callable(member) and not name.startswith("_")}
    tried = pathlib.Path(__file__).read_text()
    assert [step for step in steps(burnrig.Rule) if f".{step}(" not in tried and step != "report"] == []


def test_named_faults_and_fixtures_are_listed():
    assert {"opc-failure", "write-error"} <= {preset["name"] for preset in burnrig.presets()}
    assert {"cd-r-80", "dvd+rw"} <= {medium.name for medium in burnrig.media()}
    assert "generic-bd-recorder" in [drive.name for drive in burnrig.drives()]
    assert burnrig.Medium("cd-r-80").kind == "cd-r" and burnrig.Medium("dvd+rw").erasable
    with pytest.raises(burnrig.RigError, match="did you mean"):
        burnrig.Medium("cd-r-8")


def test_the_same_seed_gives_the_same_trace():
    def trace(seed):
        drive = burnrig.Drive(faults=["at TEST_UNIT_READY p 0.5 -> fail 02/04/01 ; always"], seed=seed)
        for _ in range(64):
            drive.execute(TEST_UNIT_READY)
        return drive.trace.text
    assert trace(7) == trace(7) != trace(8)


def test_the_trace_counts_and_tells():
    drive = ready_drive()
    drive.trace.clear()
    drive.execute(INQUIRY, data_in=36)
    drive.execute(read_10(0, 1), data_in=BLOCK)
    assert drive.trace.count() == len(drive.trace) == 2
    assert drive.trace.count("INQUIRY") == drive.trace.count("0x12") == drive.trace.count("@read") == 1
    assert [command.name for command in drive.trace.failed] == ["READ_10"]
    assert drive.trace[-1].sense == drive.trace.failed[0].sense and "READ_10" in str(drive.trace[-1])
    with pytest.raises(burnrig.RigError, match="@write"):
        drive.trace.count("WRIET")


def test_drive_time_passes_at_will():
    drive = ready_drive()
    drive.faults.add("late: at TEST_UNIT_READY -> take 3.5s")
    before = drive.clock.now
    drive.clock.sleep(1000)
    assert drive.clock.now == pytest.approx(before + 1000)
    assert drive.execute(TEST_UNIT_READY).duration == pytest.approx(3.5)
    with pytest.raises(ValueError):
        drive.clock.sleep(-1)


def test_a_disc_moves_between_hand_and_drive():
    disc = burnrig.Disc("cd-rw-80")
    with burnrig.Drive(medium=disc) as drive:
        assert drive.disc is disc
        with pytest.raises(burnrig.RigError, match="take it out"):
            drive.insert(burnrig.Disc("cd-r-80"))
        drive.burner.burn(burnrig.pattern(300 * BLOCK), mode="tao")
        assert drive.take_out() is disc and drive.disc is None
        other = burnrig.Drive("generic-bd-recorder", medium=None)
        other.insert(disc)
        with pytest.raises(burnrig.RigError, match="is in a drive"):
            drive.insert(disc)
        assert other.burner.read(0, 1) == burnrig.pattern(300 * BLOCK)[:BLOCK]
        drive.insert(burnrig.Disc("cd-r-80"))
        inside = drive.disc
        drive.press_eject()
        assert drive.tray == "open"
    assert inside.blank, "a disc that somebody holds outlives its drive"
    with pytest.raises(burnrig.RigError, match="closed"):
        drive.execute(TEST_UNIT_READY)
    other = None
    gc.collect()
    assert disc.image() == burnrig.pattern(300 * BLOCK)


def test_a_disc_that_was_swapped_is_gone():
    drive = burnrig.Drive(faults=["at time 1s -> swap cd-rw-80"])
    disc = drive.disc
    drive.clock.sleep(2)
    drive.execute(TEST_UNIT_READY)
    assert drive.disc.medium.name == "cd-rw-80"
    with pytest.raises(burnrig.RigError, match="no longer in the drive"):
        disc.image()


def test_a_disc_in_a_directory_is_there_later(tmp_path, image):
    path = tmp_path / "disc"
    with burnrig.Drive(medium="dvd+r", disc=path) as drive:
        drive.burner.burn(image)
    with burnrig.Drive(disc=path) as drive:
        assert drive.disc.medium.name == "dvd+r"
    disc = burnrig.Disc.open(str(path))
    assert disc.state == "complete" and disc.compare(str(image))["equal"]
    assert disc.export(str(tmp_path / "out.iso")) >= 400
    assert burnrig.Disc.from_image(str(image), "dvd+r").image()[:400 * BLOCK] == image.read_bytes()
    assert disc.info()["state"] == "complete" and "dvd+r" in disc.text()


def test_damage_is_seen_and_healed():
    drive = burnrig.Drive(medium="cd-rw-80", faults=["at @write lba 20..20 -> corrupt bits 3"])
    data = burnrig.pattern(300 * BLOCK)
    drive.burner.burn(data)
    assert drive.disc.image()[:len(data)] != data
    assert drive.disc.heal() == 1
    assert drive.disc.image()[:len(data)] == data


def test_threads_take_turns():
    drive = ready_drive()
    good = []

    def ask():
        good.append(sum(drive.execute(TEST_UNIT_READY).good for _ in range(2000)))
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert good == [2000] * 4


def test_a_report_page_is_written(tmp_path):
    drive = burnrig.Drive(report=True)
    drive.burner.burn(burnrig.pattern(300 * BLOCK))
    drive.write_report(str(tmp_path / "page.html"), "from Python")
    assert "from Python" in (tmp_path / "page.html").read_text()
    with pytest.raises(burnrig.RigError, match="report=True"):
        burnrig.Drive().write_report(str(tmp_path / "no.html"), "none")


def test_everything_public_is_in_the_stub_and_documented():
    tree = ast.parse((pathlib.Path(burnrig.__file__).parent / "_burnrig.pyi").read_text())
    stub = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            stub[node.name] = {member.target.id if isinstance(member, ast.AnnAssign) else member.name
                               for member in node.body if isinstance(member, (ast.AnnAssign, ast.FunctionDef))}
        elif isinstance(node, (ast.FunctionDef, ast.AnnAssign)):
            stub[node.name if isinstance(node, ast.FunctionDef) else node.target.id] = None
    public = {name: value for name, value in vars(_burnrig).items() if not name.startswith("_")}
    assert set(public) == set(stub)
    for name, value in public.items():
        if inspect.isclass(value):
            members = {member for member in vars(value) if not member.startswith("_")}
            assert members == {member for member in stub[name] if not member.startswith("_")}, name
    for name in burnrig.__all__:
        assert getattr(burnrig, name).__doc__, f"burnrig.{name} has no docstring"
