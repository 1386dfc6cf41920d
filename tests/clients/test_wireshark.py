# SPDX-License-Identifier: Apache-2.0
"""Traces for Wireshark: tshark, which knows nothing of Burnrig, names the commands, their addresses and their sense."""

import json
import re
import subprocess

import pytest

from conftest import burnrig, make_image, requires

requires("tshark")

def tshark(capture, *arguments):
    run = subprocess.run(["tshark", "-n", "-r", str(capture), *arguments], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout


def fields(capture, *names, where=""):
    """The named fields of each packet, a list of lists."""
    wanted = [argument for name in names for argument in ("-e", name)]
    chosen = ["-Y", where] if where else []
    text = tshark(capture, "-T", "fields", "-E", "separator=\t", *chosen, *wanted)
    return [line.split("\t") for line in text.splitlines()]


@pytest.fixture
def failed_burn(tmp_path):
    """The capture of a burn whose calibration fails."""
    capture = tmp_path / "failed.pcapng"
    run = burnrig("burn", "--quiet", "--fault", "opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03",
                  "--trace", capture, make_image(tmp_path / "image.iso", 600))
    assert run.code == 1
    return capture


def test_a_failed_calibration_has_command_sense_and_time(failed_burn):
    opc = tshark(failed_burn, "-V", "-Y", 'frame.comment == "SEND_OPC_INFORMATION"')
    assert "SCSI CDB 0x54" in opc and "[Command Set:CD-ROM (0x05)" in opc  # CD-ROM: multimedia commands
    [[key, code, took, comment]] = fields(failed_burn, "scsi.sns.key", "scsi.sns.ascascq", "iscsi.time", "frame.comment",
                                          where="scsi.sns.ascascq == 0x7303")
    assert (int(key, 0), int(code, 0), float(took)) == (3, 0x7303, 8.906)
    assert comment == "03/73/03 MEDIUM ERROR, POWER CALIBRATION AREA ERROR"


def test_writes_have_name_and_address(tmp_path):
    image = make_image(tmp_path / "image.iso", 600)
    for name in ("burn.pcapng", "burn.jsonl"):
        assert burnrig("burn", "--quiet", "--trace", tmp_path / name, image).code == 0
    sent = [json.loads(line) for line in (tmp_path / "burn.jsonl").read_text().splitlines()[1:]]
    expected = [command["cdb"].split()[2:6] for command in sent if command["command"] == "WRITE_10"]
    writes = fields(tmp_path / "burn.pcapng", "scsi_mmc.opcode", "_ws.col.Info", where="scsi_mmc.opcode && iscsi.opcode == 1")
    seen = [re.search(r"Write\(10\) LUN: 0x00 \(LBA: 0x([0-9a-f]+), Len", info)
            for opcode, info in writes if int(opcode.split(",")[0], 0) == 0x2A]
    assert [found[1].zfill(8).upper() for found in seen] == ["".join(lba) for lba in expected]
    assert len(seen) > 10


def test_every_packet_is_understood(failed_burn):
    packets = fields(failed_burn, "_ws.col.Protocol", "_ws.col.Info", "_ws.expert.message")
    assert len(packets) > 40
    for protocol, info, expert in packets:
        assert protocol in ("iSCSI", "SCSI"), info
        assert "Malformed" not in info + expert


def test_data_are_kept_as_far_as_asked_for(tmp_path):
    image = make_image(tmp_path / "image.iso", 600)
    sizes = {}
    for kept in (0, 256, 100000):
        capture = tmp_path / f"{kept}.pcapng"
        assert burnrig("burn", "--quiet", "--trace", capture, "--trace-bytes", kept, image).code == 0
        sizes[kept] = capture.stat().st_size
        lengths = fields(capture, "iscsi.scsicommand.expecteddatatransferlength", where='frame.comment == "WRITE_10"')
        assert 65536 in {int(length, 0) for [length] in lengths}
    assert sizes[0] < sizes[256] < sizes[100000]
    assert sizes[100000] > image.stat().st_size
    assert image.read_bytes()[:60000] in reassembled(tmp_path / "100000.pcapng")


def reassembled(capture):
    """All bytes that went to the drive, without the packets' headers."""
    payloads = fields(capture, "tcp.payload", where="tcp.dstport == 3260")
    return b"".join(bytes.fromhex(payload.replace(":", ""))[48:] for [payload] in payloads)


def test_a_command_that_was_never_answered(tmp_path):
    capture = tmp_path / "hang.pcapng"
    burnrig("burn", "--quiet", "--trace", capture, "--fault", "at WRITE_10 #3 -> hang", make_image(tmp_path / "image.iso", 600))
    comments = [comment for [comment] in fields(capture, "frame.comment", where="iscsi.scsiresponse.response == 1")]
    assert "no answer: host status 3" in comments
