# SPDX-License-Identifier: Apache-2.0
"""Goal: data on CD-R and CD-RW, by every program and write method, comes back through another program."""

import pytest
from conftest import BURNRIG, disc_info, make_image, requires, run_in_rig

requires("wodim", "cdrskin", "readom", "cdrdao", "cdrwtool", "dd", "sh")
MEDIA = ["cd-r-80", "cd-rw-80"]
RAW = ["-raw16", "-raw96r", "-raw96p"]


def job(program, medium, *options, name=None):
    name = name or " ".join(options)
    return pytest.param(program, medium, options, marks=pytest.mark.matrix(program, medium, name),
                        id=f"{program} {name} {medium}")


def run(rig, command, tmp_path):
    done = run_in_rig(rig, command, tmp_path)
    assert done.code == 0, done.text
    return done


def burn(disc, command, tmp_path, medium=None, drive=()):
    return run([*drive, *(["--medium", medium] if medium else []), "--disc", disc], command, tmp_path)


def read_with_readom(disc, tmp_path):
    out = tmp_path / "readom.iso"
    run(["--disc", disc], ["readom", "dev=/dev/sr0", f"f={out}"], tmp_path)
    return out.read_bytes()


def read_with_dd(disc, tmp_path, blocks, start=0):
    """A track at once ends with two blocks that no command reads: dd is told where to stop."""
    out = tmp_path / "dd.iso"
    run(["--disc", disc], ["dd", "if=/dev/sr0", f"of={out}", "bs=2048", f"skip={start}", f"count={blocks}"], tmp_path)
    return out.read_bytes()


@pytest.mark.parametrize(("program", "medium", "options"), [
    *[job(program, medium, method) for program in ("wodim", "cdrskin") for medium in MEDIA
      for method in ("-tao", "-sao")],
    *[job("wodim", medium, method) for medium in MEDIA for method in RAW],
])
def test_data_in_one_session(program, medium, options, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, [program, *options, "dev=/dev/sr0", image], tmp_path, medium)
    content = image.read_bytes()
    assert read_with_dd(disc, tmp_path, 1000) == content
    if "-tao" not in options:
        assert read_with_readom(disc, tmp_path) == content
    assert disc_info(disc)["state"] == "complete"


SIMULATIONS = {"wodim": ["wodim", "-dummy", "-raw96r", "dev=/dev/sr0"],
               "cdrdao": ["cdrdao", "simulate", "--driver", "generic-mmc-raw", "--device", "/dev/sr0", "-n"],
               "burnrig burn": [BURNRIG, "burn", "--simulate", "--mode", "raw96r", "--device", "/dev/sr0"]}


@pytest.mark.parametrize("program", [pytest.param(program, marks=pytest.mark.matrix(program, "cd-r-80", "simulate raw"))
                                     for program in SIMULATIONS])
def test_raw_recording_is_simulated_by_drives_that_can(program, image, tmp_path):
    """MMC-3 knows no test write in raw recording; some drives do it all the same, and the others say no."""
    disc = tmp_path / "disc"
    toc = tmp_path / "data.toc"
    toc.write_text(f'CD_ROM\nTRACK MODE1\nDATAFILE "{image}"\n')
    command = [*SIMULATIONS[program], toc if program == "cdrdao" else image]
    burn(disc, command, tmp_path, "cd-r-80", ["--drive", "optiarc-ad-7280s"])
    assert disc_info(disc)["state"] == "blank"
    refused = run_in_rig(["--drive", "generic-dvd-recorder", "--disc", disc], command, tmp_path)
    assert refused.code != 0, refused.text
    assert disc_info(disc)["state"] == "blank"


@pytest.mark.parametrize(("program", "medium", "options"), [job("cdrskin", medium, method) for medium in MEDIA
                                                            for method in RAW])
def test_cdrskin_has_no_raw_modes(program, medium, options, image, tmp_path):
    done = run(["--medium", medium], [program, *options, "dev=/dev/sr0", image], tmp_path)
    assert f"ignoring unimplemented option : '{options[0]}'" in done.text
    pytest.skip("cdrskin does not implement the raw write modes")


# Without -data, wodim -multi takes the image for CD-ROM XA and fills its cue sheet with forms that do not exist.
@pytest.mark.parametrize(("program", "medium", "options"), [
    job(program, medium, method, "-multi", *(["-data"] if program == "wodim" else []))
    for program in ("wodim", "cdrskin") for medium in MEDIA for method in ("-tao", "-sao")])
def test_two_sessions(program, medium, options, image, tmp_path):
    disc = tmp_path / "disc"
    second = make_image(tmp_path / "second.iso", 700, seed=2)
    burn(disc, [program, *options, "dev=/dev/sr0", image], tmp_path, medium)
    info = run(["--disc", disc], ["wodim", "-msinfo", "dev=/dev/sr0"], tmp_path)
    start = int(next(line for line in info.lines if "," in line and line.replace(",", "").isdigit()).split(",")[1])
    assert start == 1000 + (2 if "-tao" in options else 0) + 11400
    burn(disc, [program, "-tao", "dev=/dev/sr0", second], tmp_path)
    assert read_with_dd(disc, tmp_path, 1000) == image.read_bytes()
    assert read_with_dd(disc, tmp_path, 700, start) == second.read_bytes()
    assert disc_info(disc)["state"] == "complete"


@pytest.mark.parametrize(("program", "reason"), [
    pytest.param("wodim", "its cue sheet describes a blank disc, whatever is recorded",
                 marks=pytest.mark.matrix("wodim", "cd-r-80", "-sao behind a session")),
    pytest.param("cdrskin", "it offers -sao on blank media only",
                 marks=pytest.mark.matrix("cdrskin", "cd-r-80", "-sao behind a session"))])
def test_no_program_appends_a_session_at_once(program, reason, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["wodim", "-tao", "-multi", "-data", "dev=/dev/sr0", image], tmp_path, "cd-r-80")
    assert run_in_rig(["--disc", disc], [program, "-sao", "dev=/dev/sr0", image], tmp_path).code != 0
    assert read_with_dd(disc, tmp_path, 1000) == image.read_bytes()
    pytest.skip(reason)


@pytest.mark.parametrize(("program", "medium", "options"), [
    job(program, "cd-rw-80", f"blank={kind}") for program in ("wodim", "cdrskin")
    for kind in ("fast", "all", "session", "unclose")
    if program == "wodim" or kind in ("fast", "all")])
def test_blanking(program, medium, options, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["wodim", "-tao", "dev=/dev/sr0", image], tmp_path, medium)
    burn(disc, [program, *options, "dev=/dev/sr0"], tmp_path)
    if options == ("blank=unclose",):
        assert disc_info(disc)["sessions"][-1]["state"] == "incomplete"
        return
    assert disc_info(disc)["state"] == "blank"
    second = make_image(tmp_path / "second.iso", 700, seed=2)
    burn(disc, ["cdrskin", "-sao", "dev=/dev/sr0", second], tmp_path)
    assert read_with_readom(disc, tmp_path) == second.read_bytes()


@pytest.mark.matrix("cdrdao", "cd-rw-80", "blank")
def test_cdrdao_blanks(image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["wodim", "-sao", "dev=/dev/sr0", image], tmp_path, "cd-rw-80")
    burn(disc, ["cdrdao", "blank", "--device", "/dev/sr0", "--driver", "generic-mmc"], tmp_path)
    assert disc_info(disc)["state"] == "blank"


@pytest.mark.parametrize(("program", "medium", "options"), [
    job(program, medium, "-dummy", method) for medium in MEDIA
    for program, methods in (("wodim", ["-tao", "-sao", "-packet"]), ("cdrskin", ["-tao", "-sao"]))
    for method in methods])
def test_a_test_write_leaves_the_disc_blank(program, medium, options, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, [program, *options, "dev=/dev/sr0", image], tmp_path, medium)
    info = disc_info(disc)
    assert info["state"] == "blank" and info["tracks"] == []


@pytest.mark.parametrize(("program", "medium", "options"), [
    job("wodim", medium, "-packet", *size) for medium in MEDIA for size in ((), ("pktsize=16",))])
def test_wodim_writes_packets(program, medium, options, image, tmp_path):
    """Variable packets leave links that have addresses, and wodim asks where to go on before every WRITE."""
    disc = tmp_path / "disc"
    padded = image.read_bytes() + bytes(24 * 2048)  # 1024 blocks: a whole number of fixed packets
    image.write_bytes(padded)
    burn(disc, [program, *options, "dev=/dev/sr0", image], tmp_path, medium)
    assert read_with_dd(disc, tmp_path, 1024) == padded
    assert disc_info(disc)["tracks"][0]["method"] == "packet"


@pytest.mark.parametrize("driver", ["generic-mmc", "generic-mmc-raw"])
@pytest.mark.parametrize("medium", [pytest.param(medium, marks=pytest.mark.matrix("cdrdao", medium, "write data"))
                                    for medium in MEDIA])
def test_cdrdao_writes_data_and_reads_it(medium, driver, image, tmp_path):
    disc = tmp_path / "disc"
    toc = tmp_path / "data.toc"
    toc.write_text(f'CD_ROM\nTRACK MODE1\nDATAFILE "{image}"\n')
    burn(disc, ["cdrdao", "write", "--driver", driver, "--device", "/dev/sr0", "-n", toc], tmp_path, medium)
    assert read_with_readom(disc, tmp_path) == image.read_bytes()
    copied = tmp_path / "copy.bin"
    run(["--disc", disc], ["cdrdao", "read-cd", "--device", "/dev/sr0", "--driver", "generic-mmc", "--datafile",
                           copied, tmp_path / "copy.toc"], tmp_path)
    assert copied.read_bytes()[: 1000 * 2048] == image.read_bytes()


@pytest.mark.matrix("cdrwtool", "cd-rw-80", "-m, -p: format, write packets")
def test_cdrwtool_formats_with_fixed_packets_and_overwrites_them(image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["cdrwtool", "-d", "/dev/sr0", "-m", "3200"], tmp_path, "cd-rw-80")
    assert disc_info(disc)["tracks"][0]["method"] == "packet"
    assert read_with_dd(disc, tmp_path, 3200) == bytes(3200 * 2048)
    padded = image.read_bytes() + bytes(24 * 2048)  # whole packets
    image.write_bytes(padded)
    # It ends while SYNCHRONIZE CACHE still goes on; the drive must not lose its power then.
    burn(disc, ["sh", "-c", f"cdrwtool -d /dev/sr0 -p 1 -z 32 -f {image} -o 64 && sleep 60"], tmp_path)
    assert read_with_dd(disc, tmp_path, 1024, 64) == padded
    assert read_with_dd(disc, tmp_path, 64) == bytes(64 * 2048)
