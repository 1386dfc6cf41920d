# SPDX-License-Identifier: Apache-2.0
"""Goal: `burnrig burn` records every medium in every mode through SG_IO on the node, and programs that know nothing of
Burnrig read the disc back.

A file system image is burned and verified by our driver; then dd, readom, isoinfo and xorriso read it.
"""

import json
import random
import subprocess
import wave

import pytest
from conftest import BLOCK, BURNRIG, burnrig, disc_info, export, make_image, requires, run_in_rig

requires("genisoimage", "isoinfo", "wodim", "xorriso", "readom", "dd", "cdparanoia", "cd-info", "cdrdao")
DRIVE = ["--drive", "generic-bd-xl-recorder"]  # it knows every medium
def marked(medium, mode, job):
    return pytest.param(medium, mode, marks=pytest.mark.matrix("burnrig burn", medium, job))


def pairs(job, modes_of):
    """(medium, mode) for every medium and mode, each marked as a job of our driver."""
    return [marked(medium, mode, job.format(mode)) for medium, modes in modes_of.items() for mode in modes]


MODES = {"cd-r-80": ["tao", "sao", "raw16", "raw96p", "raw96r"], "cd-rw-80": ["tao", "sao", "raw16", "raw96p", "raw96r"],
         "dvd-r": ["dao", "incremental"], "dvd-r-dl": ["dao", "incremental"], "dvd-download": ["dao", "incremental"],
         "dvd-rw": ["dao", "incremental", "overwrite"], "dvd-rw-dl": ["dao", "incremental"],
         "dvd+r": ["sequential"], "dvd+r-dl": ["sequential"], "dvd+rw": ["overwrite"], "dvd+rw-dl": ["overwrite"],
         "dvd-ram": ["overwrite"], "bd-r-25": ["sequential", "pow", "random"], "bd-re-25": ["overwrite"]}
APPENDED = {"cd-r-80": ["tao", "sao", "raw96r"], "cd-rw-80": ["tao", "sao", "raw16", "raw96p"], "dvd-r": ["incremental"],
            "dvd-download": ["incremental"], "dvd-rw": ["incremental"], "dvd+r": ["sequential"], "dvd+r-dl": ["sequential"], "bd-r-25": ["sequential", "pow"]}


UNKNOWN_TO_XORRISO = {"dvd-rw-dl", "dvd+rw-dl", "dvd-download"}  # "Unsuitable media detected": libburn has no such profile


@pytest.fixture(scope="module")
def filesystem(tmp_path_factory):
    """An ISO 9660 image of 2 MiB with one file in it."""
    folder = tmp_path_factory.mktemp("tree")
    make_image(folder / "content.bin", 1000, seed=3)
    image = tmp_path_factory.mktemp("image") / "image.iso"
    subprocess.run(["genisoimage", "-quiet", "-R", "-o", image, folder], check=True, capture_output=True)
    return image


def on_node(disc, command, tmp_path, medium=None):
    created = ["--medium", medium] if medium else []
    run = run_in_rig([*DRIVE, *created, "--disc", disc], command, tmp_path)
    assert run.code == 0, run.text
    return run


def burn(disc, image, tmp_path, *options, medium=None):
    return on_node(disc, [BURNRIG, "burn", "--device", "/dev/sr0", *options, image], tmp_path, medium)


@pytest.mark.parametrize("medium,mode", pairs("--mode {}", MODES))
def test_foreign_programs_read_what_our_driver_burned(medium, mode, filesystem, tmp_path):
    disc = tmp_path / "disc"
    blocks = filesystem.stat().st_size // BLOCK
    run = burn(disc, filesystem, tmp_path, "--mode", mode, "--verify", medium=medium)
    assert run.result["door"] == "unlocked"
    copy = tmp_path / "dd.iso"
    on_node(disc, ["dd", "if=/dev/sr0", f"of={copy}", f"bs={BLOCK}", f"count={blocks}"], tmp_path)
    assert copy.read_bytes() == filesystem.read_bytes()
    copy = tmp_path / "readom.iso"
    on_node(disc, ["readom", "dev=/dev/sr0", f"f={copy}", f"sectors=0-{blocks}"], tmp_path)
    assert copy.read_bytes() == filesystem.read_bytes()
    assert "content.bin" in on_node(disc, ["isoinfo", "-R", "-f", "-i", "/dev/sr0"], tmp_path).text
    if medium not in UNKNOWN_TO_XORRISO:
        assert "content.bin" in on_node(disc, ["xorriso", "-indev", "/dev/sr0", "-find", "/", "-type", "f"], tmp_path).text


def test_a_failed_calibration_leaves_a_dvd_r_blank(filesystem, tmp_path):
    """RESERVE TRACK makes the disc appendable: it comes behind the calibration."""
    disc = tmp_path / "disc"
    run = burnrig("burn", *DRIVE, "--medium", "dvd-r", "--disc", disc, "--mode", "dao", "--fault", "opc-failure", filesystem)
    assert run.code == 1 and "opc-failed" in run.text
    info = disc_info(disc)
    assert info["state"] == "blank" and info["tracks"] == []


STREAMED = [("cd-r-80", "tao"), ("dvd-r", "incremental"), ("dvd-rw", "incremental"), ("dvd+r", "sequential"),
            ("dvd+rw", "overwrite"), ("dvd-ram", "overwrite"), ("bd-r-25", "sequential"), ("bd-re-25", "overwrite")]


def burn_stream(data, *options):
    return subprocess.run([BURNRIG, "burn", *map(str, options), "-"], input=data, capture_output=True, timeout=120)


@pytest.mark.parametrize("medium,mode", STREAMED)
def test_a_stream_of_unknown_size_is_burned_to_its_end(medium, mode, filesystem, tmp_path):
    disc = tmp_path / "disc"
    run = burn_stream(filesystem.read_bytes(), *DRIVE, "--medium", medium, "--disc", disc, "--verify", "--json")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)["report"]
    assert report["mode"] == mode and report["bytes"] == filesystem.stat().st_size
    assert export(disc, tmp_path / "export.iso")[: filesystem.stat().st_size] == filesystem.read_bytes()


def test_a_stream_longer_than_the_disc_says_what_is_on_it(tmp_path):
    disc = tmp_path / "disc"
    data = make_image(tmp_path / "long.iso", 8000).read_bytes()
    run = burn_stream(data, *DRIVE, "--medium", "dvd+rw", "--disc", disc, "--start", 2290000)
    text = run.stderr.decode()
    assert run.returncode == 1
    assert "image-too-large" in text and "there is room for" in text and "the drive took" in text
    copy = tmp_path / "read.iso"
    assert burnrig("read", *DRIVE, "--disc", disc, "--first", 2290000, "--count", 5104, copy).code == 0
    assert copy.read_bytes() == data[: 5104 * BLOCK]


def test_a_mode_that_needs_the_size_says_how_to_give_it(filesystem):
    run = burn_stream(filesystem.read_bytes(), *DRIVE, "--medium", "cd-r-80", "--mode", "sao")
    assert run.returncode == 1
    assert "--size" in run.stderr.decode() and "--mode tao" in run.stderr.decode()


@pytest.mark.parametrize("medium,mode", pairs("--mode {}, appended", APPENDED))
def test_sessions_are_appended_and_found_by_others(medium, mode, filesystem, tmp_path):
    disc = tmp_path / "disc"
    second = make_image(tmp_path / "second.iso", 512, seed=2)
    burn(disc, filesystem, tmp_path, "--mode", mode, "--multi", "--verify", medium=medium)
    start = json.loads(on_node(disc, [BURNRIG, "info", "--device", "/dev/sr0", "--json"], tmp_path).text)["next_writable"]
    burn(disc, second, tmp_path, "--mode", mode, "--verify")
    copy = tmp_path / "dd.iso"
    on_node(disc, ["dd", "if=/dev/sr0", f"of={copy}", f"bs={BLOCK}", f"skip={start}", "count=512"], tmp_path)
    assert copy.read_bytes() == second.read_bytes()
    on_node(disc, ["dd", "if=/dev/sr0", f"of={copy}", f"bs={BLOCK}", "count=900"], tmp_path)
    assert copy.read_bytes() == filesystem.read_bytes()[: 900 * BLOCK]


@pytest.mark.parametrize("medium,mode", [(medium, mode) for medium, modes in MODES.items() for mode in modes])
def test_the_same_in_process(medium, mode, filesystem, tmp_path):
    disc = tmp_path / "disc"
    run = burnrig("burn", *DRIVE, "--medium", medium, "--disc", disc, "--mode", mode, "--verify", "--json", filesystem)
    assert run.code == 0, run.text
    result = json.loads(run.out)
    assert result["report"]["mode"] == mode and result["verified_blocks"] >= filesystem.stat().st_size // BLOCK
    assert export(disc, tmp_path / "export.iso")[: filesystem.stat().st_size] == filesystem.read_bytes()


def test_a_recorder_of_the_first_years_is_used_as_it_is(filesystem, tmp_path):
    """It has no GET CONFIGURATION; what it can is found out by trying."""
    disc = tmp_path / "disc"
    drive = ["--drive", "early-cd-recorder", "--disc", disc]
    run = burnrig("burn", *drive, "--medium", "cd-r-74", "--multi", "--verify", filesystem)
    assert run.code == 0, run.text
    run = burnrig("burn", *drive, "--mode", "sao", filesystem)
    assert run.code == 1 and "--mode tao" in run.text
    assert burnrig("burn", *drive, "--verify", filesystem).code == 0
    copy = tmp_path / "readom.iso"
    run = run_in_rig(drive, ["readom", "dev=/dev/sr0", f"f={copy}", f"sectors=0-{filesystem.stat().st_size // BLOCK}"], tmp_path)
    assert run.code == 0 and copy.read_bytes() == filesystem.read_bytes(), run.text


def test_a_raw_recording_says_on_its_q_channel_what_wodim_says(tmp_path):
    """The same samples, raw by both: the sub-channel of every block is compared."""
    samples = make_image(tmp_path / "samples.pcm", 1000, seed=4)
    wodim, ours = tmp_path / "wodim", tmp_path / "ours"
    on_node(wodim, ["wodim", "-raw96r", "-audio", "-pad", "dev=/dev/sr0", samples], tmp_path, "cd-r-80")
    burn(ours, samples, tmp_path, "--mode", "raw96r", "--byte-order", "big", medium="cd-r-80")
    said = []
    for disc in wodim, ours:
        run = burnrig("disc", "export", disc, tmp_path / f"{disc.name}.raw")
        assert run.code == 0, run.text
        said.append((tmp_path / f"{disc.name}.sub").read_bytes())
    blocks = min(len(one) for one in said) // 96
    different = [lba for lba in range(blocks) if said[0][lba * 96: lba * 96 + 96] != said[1][lba * 96: lba * 96 + 96]]
    assert blocks > 800 and different == []


@pytest.mark.parametrize("order,option", [("little", []), ("big", ["--byte-order", "big"])])
def test_samples_from_a_pipe_become_an_audio_track(order, option, tmp_path):
    samples = make_image(tmp_path / "samples", 800, seed=5).read_bytes()  # 696 sectors and a part
    disc = tmp_path / "disc"
    run = burn_stream(samples, *DRIVE, "--medium", "cd-r-80", "--disc", disc, "--audio", *option, "--verify")
    assert run.returncode == 0, run.stderr
    assert disc_info(disc)["tracks"][0]["kind"] == "audio"
    out = tmp_path / "ripped.raw"
    on_node(disc, ["cdparanoia", "-d", "/dev/sr0", "-Z", "-r", "1", out], tmp_path)
    ripped = out.read_bytes()[: 600 * 2352]
    if order == "big":
        swapped = bytearray(len(ripped))
        swapped[0::2], swapped[1::2] = ripped[1::2], ripped[0::2]
        ripped = bytes(swapped)
    assert ripped == samples[: len(ripped)]


def test_several_audio_files_become_several_tracks(tmp_path):
    names, samples = [], []
    for number in 1, 2, 3:
        samples.append(make_image(tmp_path / "samples", 400, seed=number).read_bytes()[: 340 * 2352])
        names.append(tmp_path / f"{number}.wav")
        with wave.open(str(names[-1]), "wb") as file:
            file.setparams((2, 2, 44100, 0, "NONE", ""))
            file.writeframes(samples[-1])
    disc = tmp_path / "disc"
    burn(disc, names[0], tmp_path, "--verify", names[1], names[2], medium="cd-r-80")
    assert [track["kind"] for track in disc_info(disc)["tracks"]] == ["audio"] * 3
    out = tmp_path / "ripped.raw"
    on_node(disc, ["cdparanoia", "-d", "/dev/sr0", "-Z", "-r", "1-3", out], tmp_path)
    order = [1, 2, 0]  # the first name comes behind the options
    assert out.read_bytes()[: 1000 * 2352] == b"".join(samples[i] for i in order)[: 1000 * 2352]


@pytest.mark.parametrize("mode", ["sao", "raw96r"])
def test_a_track_with_its_sub_channel_is_recorded_and_compared(mode, tmp_path):
    sectors = b"".join(make_image(tmp_path / "part", 2, seed=number).read_bytes()[:2448] for number in range(400))
    (tmp_path / "image.bin").write_bytes(sectors)
    sheet = tmp_path / "image.toc"
    sheet.write_text('CD_DA\nTRACK AUDIO RW_RAW\nFILE "image.bin" 0\n')
    disc = tmp_path / "disc"
    run = burn(disc, sheet, tmp_path, "--mode", mode, "--verify", medium="cd-r-80")
    assert "400 blocks compared" in run.text and "sub-channel" in run.text
    assert burnrig("disc", "export", disc, tmp_path / "copy.raw").code == 0
    # The file has one channel behind the other, P first, 12 bytes of each; the image has a bit of each in a byte.
    copy = (tmp_path / "copy.sub").read_bytes()
    for sector in 0, 17, 399:
        raw = sectors[sector * 2448 + 2352: sector * 2448 + 2448]
        for channel in range(2, 8):
            bits = int("".join(str(byte >> (7 - channel) & 1) for byte in raw), 2)
            at = sector * 96 + channel * 12
            assert copy[at: at + 12] == bits.to_bytes(12, "big")


def test_a_directory_becomes_a_file_system_with_a_label(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    make_image(folder / "content.bin", 300)
    disc = tmp_path / "disc"
    run = burnrig("burn", *DRIVE, "--medium", "dvd+r", "--disc", disc, "--volume", "SOME_LABEL", "--verify", folder)
    assert run.code == 0, run.text
    assert "SOME_LABEL" in on_node(disc, ["isoinfo", "-d", "-i", "/dev/sr0"], tmp_path).text


def test_an_interrupted_burn_is_resumed(tmp_path):
    disc = tmp_path / "disc"
    image = make_image(tmp_path / "image.iso", 6000)  # more than the drive's buffer
    run = burnrig("burn", *DRIVE, "--medium", "dvd+r", "--disc", disc, "--fault", "at WRITE_10 #150 -> fail 04/44/00",
                  image)
    assert run.code == 1 and "drive-internal" in run.text
    run = burnrig("burn", *DRIVE, "--disc", disc, image)
    assert run.code == 1 and "--resume" in run.text
    burn(disc, image, tmp_path, "--resume", "--verify")
    assert disc_info(disc)["state"] == "complete"
    assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()


def test_format_blank_and_close_are_commands_of_their_own(filesystem, tmp_path):
    disc = tmp_path / "disc"
    run = burnrig("format", *DRIVE, "--medium", "dvd-rw", "--disc", disc, "--json")
    assert run.code == 0, run.text
    assert "restricted overwrite" in json.loads(run.out)["profile"]
    assert burnrig("format", *DRIVE, "--disc", disc).code == 1
    assert burnrig("burn", *DRIVE, "--disc", disc, "--verify", filesystem).code == 0
    assert burnrig("blank", *DRIVE, "--disc", disc, "--full").code == 0
    assert disc_info(disc)["state"] == "blank"
    assert burnrig("burn", *DRIVE, "--disc", disc, "--mode", "incremental", "--verify", filesystem).code == 0


def test_a_failed_calibration_is_tried_again_at_a_lower_speed(filesystem, tmp_path):
    rule = "at WRITE_10 #1 -> fail opc-failed"
    disc = tmp_path / "disc"
    run = burnrig("burn", *DRIVE, "--medium", "dvd+r", "--fault", rule, filesystem)
    assert run.code == 1 and "opc-failed" in run.text and "--speed" in run.text
    run = burnrig("burn", *DRIVE, "--medium", "dvd+r", "--disc", disc, "--fault", rule, "--opc-retry", "2", "--verify",
                  filesystem)
    assert run.code == 0, run.text
    assert "the calibration failed at" in run.text


@pytest.mark.parametrize("medium,mode", [("dvd+r", "tao"), ("cd-r-80", "sequential"), ("dvd-rom", "auto")])
def test_a_mode_that_the_medium_does_not_have_is_refused_in_words(medium, mode, filesystem):
    run = burnrig("burn", *DRIVE, "--medium", medium, "--mode", mode, filesystem)
    assert run.code != 0
    assert "mode" in run.text or "cannot be recorded" in run.text


def make_album(tmp_path):
    """Two audio tracks with a gap, names and codes, as a .cue sheet."""
    samples = make_image(tmp_path / "album.bin", 1176, seed=9)  # 1024 sectors of 2352 bytes
    (tmp_path / "album.cue").write_text("""CATALOG 4012345678901
TITLE "First Disc"
PERFORMER "Somebody"
FILE "album.bin" BINARY
  TRACK 01 AUDIO
    TITLE "Opening"
    ISRC DEA400012345
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Ending"
    INDEX 00 00:05:00
    INDEX 01 00:06:00
""")
    return tmp_path / "album.cue", samples.read_bytes()


@pytest.mark.parametrize("mode", ["sao", "tao", "raw96r"])
def test_an_album_is_burned_with_its_tracks_and_codes(mode, tmp_path):
    disc = tmp_path / "disc"
    sheet, samples = make_album(tmp_path)
    run = burn(disc, sheet, tmp_path, "--mode", mode, "--verify", medium="cd-r-80")
    assert run.result["door"] == "unlocked"
    tracks = disc_info(disc)["tracks"]
    assert len(tracks) == 2
    if mode != "tao":
        assert [track["start"] for track in tracks] == [0, 450]
    out = tmp_path / "ripped.raw"
    on_node(disc, ["cdparanoia", "-d", "/dev/sr0", "-Z", "-r", "1", out], tmp_path)
    # The program reads in chunks, and the last one of a track at once reaches into its run-out blocks.
    sectors = 360 if mode == "tao" else 375
    assert out.read_bytes()[: sectors * 2352] == samples[: sectors * 2352]
    text = on_node(disc, ["cd-info", "-C", "/dev/sr0"], tmp_path).text
    assert "4012345678901" in text
    assert "DEA400012345" in text
    if mode != "tao":
        assert "First Disc" in text and "Ending" in text


def xa_block(number, is_form2):
    """2336 bytes of a block with a sub-header, which stands there twice; its codes are not those of its data."""
    sub_header = bytes([0, 0, 0x28 if is_form2 else 0x08, 0])
    return sub_header * 2 + random.Random(number).randbytes(2328)


def mode1_sector(number):
    """A whole sector that says another address than it gets, and has no codes."""
    return bytes([0] + [255] * 10 + [0, 0x55, 0x12, 0x34, 1]) + random.Random(number).randbytes(2048) + bytes(288)


# What a sheet says of the track, its blocks, and which bytes of them another program must find on the disc, and where.
UNUSUAL = {
    "mode 1, whole sectors": ("MODE1_RAW", [mode1_sector(n) for n in range(310)], slice(16, 2064), 16),
    "mode 2": ("MODE2", [random.Random(n).randbytes(2336) for n in range(310)], slice(0, 2336), 16),
    "form 1": ("MODE2_FORM1", [random.Random(n).randbytes(2048) for n in range(310)], slice(0, 2048), 24),
    "form 2": ("MODE2_FORM2", [random.Random(n).randbytes(2324) for n in range(310)], slice(0, 2324), 24),
    "both forms": ("MODE2_FORM_MIX", [xa_block(n, n % 3 == 0) for n in range(310)], slice(0, 2056), 16),
    "form 1, shorter than a track": ("MODE2_FORM1", [random.Random(n).randbytes(2048) for n in range(20)], slice(0, 2048), 24)}


@pytest.mark.parametrize("mode", ["sao", "tao", "raw96r"])
@pytest.mark.parametrize("kind", UNUSUAL)
def test_blocks_of_every_kind_are_recorded_in_every_mode(kind, mode, tmp_path):
    """What a drive makes itself of a block is no difference; everything else is, to our verify and to cdrdao."""
    word, blocks, part, place = UNUSUAL[kind]
    (tmp_path / "track.bin").write_bytes(b"".join(blocks))
    sheet = tmp_path / "disc.toc"
    sheet.write_text(f'{"CD_ROM" if word == "MODE1_RAW" else "CD_ROM_XA"}\nTRACK {word}\nDATAFILE "track.bin"\n')
    disc = tmp_path / "disc"
    run = burnrig("burn", *DRIVE, "--medium", "cd-r-80", "--disc", disc, "--mode", mode, "--verify", sheet)
    assert run.code == 0 and f"{max(300, len(blocks))} blocks compared, all equal" in run.text, run.text
    out = tmp_path / "out.bin"
    # It gives blocks without forms as 2336 bytes, and stops at the run-out of a track at once.
    run_in_rig([*DRIVE, "--disc", disc], ["cdrdao", "read-cd", "--read-raw", "--driver", "generic-mmc", "--device",
                                          "/dev/sr0", "--datafile", out, tmp_path / "out.toc"], tmp_path)
    read = out.read_bytes()
    length = 2336 if kind == "mode 2" else 2352
    for number in 0, 7, min(len(blocks) - 1, 200):
        block = blocks[number][part]
        at = number * length + place - (2352 - length)
        assert read[at: at + len(block)] == block, number


@pytest.mark.parametrize("content,said", [(b"", "empty"), (b"x", ""), (b"x" * 2049, "")])
def test_an_image_of_hardly_anything(content, said, tmp_path):
    image = tmp_path / "image.iso"
    image.write_bytes(content)
    disc = tmp_path / "disc"
    run = burnrig("burn", *DRIVE, "--medium", "cd-r-80", "--disc", disc, "--verify", image)
    if not content:
        assert run.code == 2 and said in run.text
        return
    assert run.code == 0 and "300 blocks compared" in run.text, run.text
    assert export(disc, tmp_path / "export.iso") == content.ljust(300 * BLOCK, b"\0")


def test_a_sheet_of_99_tracks_is_burned_and_one_of_100_is_refused_in_words(tmp_path):
    (tmp_path / "album.bin").write_bytes(bytes(100 * 300 * 2352))
    for tracks in 99, 100:
        lines = [f"  TRACK {n + 1:02} AUDIO\n    INDEX 01 {n * 4 // 60:02}:{n * 4 % 60:02}:00\n" for n in range(tracks)]
        sheet = tmp_path / f"{tracks}.cue"
        sheet.write_text('FILE "album.bin" BINARY\n' + "".join(lines))
    disc = tmp_path / "disc"
    run = burnrig("burn", *DRIVE, "--medium", "cd-r-80", "--disc", disc, "--verify", tmp_path / "99.cue")
    assert run.code == 0 and len(disc_info(disc)["tracks"]) == 99, run.text
    run = burnrig("burn", *DRIVE, "--medium", "cd-r-80", tmp_path / "100.cue")
    assert run.code == 2 and "no track comes behind number 99" in run.text


def make_cd_extra(tmp_path, filesystem):
    """Audio for players in the first session, a file system in the second."""
    samples = make_image(tmp_path / "album.bin", 1148, seed=6).read_bytes()  # 999 sectors and a part
    (tmp_path / "album.bin").write_bytes(samples[: 900 * 2352])
    sheet = tmp_path / "extra.cue"
    sheet.write_text(f"""REM SESSION 01
FILE "album.bin" BINARY
  TRACK 01 AUDIO
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 01 00:06:00
REM SESSION 02
FILE "{filesystem}" BINARY
  TRACK 03 MODE1/2048
    INDEX 01 00:00:00
""")
    return sheet, samples


@pytest.mark.parametrize("mode", ["auto", "sao", "raw96r"])
def test_the_sessions_of_a_sheet_are_burned_one_after_the_other(mode, filesystem, tmp_path):
    disc = tmp_path / "disc"
    sheet, samples = make_cd_extra(tmp_path, filesystem)
    run = burn(disc, sheet, tmp_path, "--mode", mode, "--verify", medium="cd-r-80")
    blocks = filesystem.stat().st_size // BLOCK
    assert f"{900 + blocks} blocks compared, all equal" in run.text
    info = disc_info(disc)
    assert info["state"] == "complete" and [track["session"] for track in info["tracks"]] == [1, 1, 2]
    out = tmp_path / "ripped.raw"
    on_node(disc, ["cdparanoia", "-d", "/dev/sr0", "-Z", "-r", "1", out], tmp_path)
    assert out.read_bytes() == samples[: 450 * 2352]
    start = info["tracks"][2]["start"]
    on_node(disc, ["dd", "if=/dev/sr0", f"of={out}", f"bs={BLOCK}", f"skip={start}", f"count={blocks}"], tmp_path)
    assert out.read_bytes() == filesystem.read_bytes()


def test_a_sheet_of_two_sessions_that_does_not_fit_writes_nothing(filesystem, tmp_path):
    sheet, _ = make_cd_extra(tmp_path, filesystem)
    for medium, option, said in [("cd-r-80", "--simulate", "simulated"), ("dvd+r", "--multi", "for CD")]:
        run = burnrig("burn", *DRIVE, "--medium", medium, option, sheet)
        assert run.code == 1 and said in run.text, run.text
    # 79 minutes and a half of silence before the data: they alone would fit.
    sheet.write_text(sheet.read_text().replace("MODE1/2048\n", "MODE1/2048\n    PREGAP 79:30:00\n"))
    run = burnrig("burn", *DRIVE, "--medium", "cd-r-80", sheet)
    assert run.code == 1 and "image-too-large" in run.text and "Nothing was written" in run.text, run.text
