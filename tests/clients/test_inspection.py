# SPDX-License-Identifier: Apache-2.0
"""Goal: programs that ask a drive what it is print what its fixture says, on several drives with several media."""

import re

import pytest
import yaml
from conftest import SOURCE, requires, run_in_rig

requires("sg_inq", "sg_get_config", "sg_modes", "sg_rbuf", "sg_start", "dvd+rw-mediainfo", "cd-drive", "wodim", "cdrskin",
         "xorriso")

# A drive of each kind with a medium of each family that it takes.
PAIRS = [("optiarc-ad-7280s", "cd-rw-mbi-high-speed"), ("pioneer-dvr-111", "cd-r-80"), ("pioneer-dvr-111", "dvd+r"),
         ("generic-dvd-recorder", "dvd-rw"), ("generic-dvd-recorder", "dvd+r-dl"), ("pioneer-bdr-203", "bd-r-25"),
         ("generic-bd-recorder", "bd-r-50"), ("generic-bd-xl-recorder", "bd-r-100"), ("hl-dt-st-gcc-4246n", "cd-rw-80")]
DRIVES = ["optiarc-ad-7280s", "pioneer-dvr-111", "pioneer-bdr-203", "hl-dt-st-gcc-4246n", "generic-bd-xl-recorder",
          "early-cd-recorder"]


def fixture(kind, name):
    return yaml.safe_load((SOURCE / "fixtures" / kind / f"{name}.yaml").read_text())


def ask(drive, medium, *command):
    return ["--drive", drive, "--medium", medium], command


def shared_speeds(drive, medium):
    """What drive and medium share, fastest first, as emulator/drive/speeds.h says it."""
    drive, medium = fixture("drives", drive), fixture("media", medium)
    groups = next(row for row in drive["speeds"] if medium["kind"] in row["media"])["write"]
    offered = [speed for group in groups for speed in group["kB_per_s"]]
    return [speed for speed in offered
            if any(abs(speed - stands) * 100 <= max(speed, stands) for stands in medium["write_speeds_kB_per_s"])]


def buffer_bytes(drive, medium):
    drive, family = fixture("drives", drive), re.split("[-+]", medium)[0]
    return drive.get(f"buffer_size_{family}_bytes", drive["buffer_size_bytes"])


@pytest.mark.parametrize("name", DRIVES)
def test_sg_inq_prints_the_identity(name, tmp_path):
    drive = fixture("drives", name)
    run = run_in_rig(["--drive", name], ["sg_inq", "/dev/sg0"], tmp_path)
    assert run.code == 0, run.text
    shown = dict(re.findall(r"^ ?(\w[\w ]+): (.*?) *$", "\n".join(run.lines), re.MULTILINE))
    assert shown["Vendor identification"] == drive["inquiry"]["vendor"], run.text
    assert shown["Product identification"] == drive["inquiry"]["product"].rstrip(), run.text
    assert shown["Product revision level"] == drive["inquiry"]["revision"], run.text


def test_sg_inq_prints_vital_product_data_where_there_are_any(tmp_path):
    run = run_in_rig(["--drive", "generic-bd-xl-recorder"], ["sg_inq", "--page=0x80", "/dev/sg0"], tmp_path)
    assert run.code == 0 and "Unit serial number: 000000000003" in run.text, run.text
    run = run_in_rig(["--drive", "generic-bd-xl-recorder"], ["sg_inq", "--page=0x83", "/dev/sg0"], tmp_path)
    assert run.code == 0 and "vendor specific: BD XL RECORDER" in run.text, run.text
    run = run_in_rig(["--drive", "pioneer-bdr-203"], ["sg_inq", "--page=0x80", "/dev/sg0"], tmp_path)
    assert run.code != 0, run.text


@pytest.mark.parametrize("name", [name for name in DRIVES if name != "early-cd-recorder"])
def test_sg_get_config_lists_the_profiles_and_no_feature_it_does_not_know(name, tmp_path):
    run = run_in_rig(["--drive", name], ["sg_get_config", "/dev/sg0"], tmp_path)
    assert run.code == 0, run.text
    listed = [line for line in run.lines if line.startswith("      profile:")]
    assert len(listed) == len(fixture("drives", name)["profiles"]), run.text
    assert "Core" in run.text and "unknown" not in run.text.lower(), run.text


def test_sg_get_config_on_a_drive_that_is_older_than_the_command(tmp_path):
    run = run_in_rig(["--drive", "early-cd-recorder"], ["sg_get_config", "/dev/sg0"], tmp_path)
    assert run.code == 9, run.text  # sg3_utils: invalid operation code


@pytest.mark.parametrize("name", DRIVES)
def test_sg_modes_reads_every_page(name, tmp_path):
    run = run_in_rig(["--drive", name], ["sg_modes", "-a", "/dev/sr0"], tmp_path)
    assert run.code == 0, run.text
    for page in ("Read-Write error recovery", "Write parameters", "Power condition", "MM capabilities"):
        assert f">> {page}" in run.text, run.text


@pytest.mark.parametrize("name", DRIVES)
def test_sg_rbuf_reads_the_size_of_the_buffer(name, tmp_path):
    run = run_in_rig(["--drive", name], ["sg_rbuf", "/dev/sr0"], tmp_path)
    assert f"buffer capacity={buffer_bytes(name, 'cd-r-80')}," in run.text, run.text


def test_sg_start_ejects_loads_and_puts_to_rest(tmp_path):
    for options in (["--eject"], ["--load"], ["--stop"], ["--start"], ["--pc=3"]):
        run = run_in_rig(["--medium", "cd-r-80"], ["sg_start", *options, "/dev/sr0"], tmp_path)
        assert run.code == 0, (options, run.text)


@pytest.mark.parametrize("drive, medium", PAIRS)
def test_wodim_prcap_prints_the_shared_speeds(drive, medium, tmp_path):
    run = run_in_rig(*ask(drive, medium, "wodim", "dev=/dev/sr0", "-prcap"), tmp_path)
    assert run.code == 0, run.text
    printed = [int(speed) for speed in re.findall(r"Write speed # +\d+: +(\d+) kB/s", run.text)]
    assert printed == shared_speeds(drive, medium), run.text
    assert f"Buffer size in KB: {buffer_bytes(drive, medium) // 1024}" in run.text, run.text


@pytest.mark.parametrize("name", DRIVES)
def test_wodim_checkdrive_finds_the_write_modes(name, tmp_path):
    run = run_in_rig(["--drive", name, "--medium", "cd-r-80"], ["wodim", "dev=/dev/sr0", "-checkdrive"], tmp_path)
    assert run.code == 0, run.text
    modes = next(line for line in run.lines if line.startswith("Supported modes:")).split(":")[1].split()
    accepted = {mode["write_type"]: mode["data_block_types"] for mode in fixture("drives", name)["write_modes"]}
    assert ("TAO" in modes) == (8 in accepted.get("track-at-once", [])), run.text
    assert ("PACKET" in modes) == (8 in accepted.get("packet", [])), run.text
    assert ("SAO" in modes) == (8 in accepted.get("session-at-once", [])), run.text
    assert ("RAW/R96R" in modes) == (3 in accepted.get("raw", [])), run.text


@pytest.mark.parametrize("name", DRIVES)
def test_cd_drive_names_the_drive(name, tmp_path):
    run = run_in_rig(["--drive", name, "--medium", "cd-r-80"], ["cd-drive", "/dev/sr0"], tmp_path)
    assert fixture("drives", name)["inquiry"]["vendor"] in run.text, run.text


@pytest.mark.parametrize("drive, medium", PAIRS)
def test_cdrskin_finds_speeds_and_kind(drive, medium, tmp_path):
    run = run_in_rig(*ask(drive, medium, "cdrskin", "dev=/dev/sr0", "--list_speeds"), tmp_path)
    assert run.code == 0, run.text
    listed = [float(speed) for speed in re.findall(r"Write speed +: +([\d.]+)k", run.text)]
    assert listed and max(listed) == shared_speeds(drive, medium)[0], run.text
    run = run_in_rig(*ask(drive, medium, "cdrskin", "dev=/dev/sr0", "-minfo"), tmp_path)
    assert run.code == 0, run.text
    family = {"cd": "CD-", "dvd": "DVD", "bd": "BD"}[medium.split("-")[0].split("+")[0]]
    assert any("Mounted media type" in line and family in line for line in run.lines), run.text


@pytest.mark.parametrize("drive, medium", PAIRS)
def test_xorriso_lists_speeds_and_contents(drive, medium, tmp_path):
    run = run_in_rig(*ask(drive, medium, "xorriso", "-outdev", "/dev/sr0", "-list_speeds", "-toc"), tmp_path)
    assert run.code == 0, run.text
    listed = {int(speed) for speed in re.findall(r"Write speed +: +(\d+)k", run.text)}
    assert max(shared_speeds(drive, medium)) in listed, run.text
    assert "Media status : is blank" in run.text or "is overwriteable" in run.text or "Media blocks" in run.text, run.text


@pytest.mark.parametrize("drive, medium, profile", [
    ("generic-dvd-recorder", "dvd-r", "0x11"), ("pioneer-dvr-111", "dvd+r", "0x1B"),
    ("generic-dvd-recorder", "dvd+r-dl", "0x2B"), ("generic-dvd-recorder", "dvd-rw", "0x14"),
    ("pioneer-bdr-203", "bd-r-25", "0x41")])
def test_mediainfo_tells_the_medium(drive, medium, profile, tmp_path):
    run = run_in_rig(*ask(drive, medium, "dvd+rw-mediainfo", "/dev/sr0"), tmp_path)
    assert f"Mounted Media:         {profile[2:]}h" in run.text, run.text
    maker = fixture("media", medium)["data_zone"]["manufacturer_id"]
    assert maker in run.text, run.text
    fastest = shared_speeds(drive, medium)[0]
    shown = [float(x) for x in re.findall(r"Write Speed #\d+: +([\d.]+)x", run.text)]
    single = 4495.5 if medium.startswith("bd") else 1385.0
    assert shown and abs(shown[0] * single - fastest) < single / 5, run.text
