# SPDX-License-Identifier: Apache-2.0
"""Goal: what other programs make becomes a disc, what we export other programs take, and a disc kept as digests is known.

Method: images of random content; every export is read by a foreign program, or burned by one and compared.
"""

import json
import re

import pytest
from conftest import BLOCK, burnrig, disc_info, make_image, requires, run_in_rig

requires("cdrdao", "toc2cue", "cd-info", "isoinfo", "xorriso", "wodim", "readom", "dd", "cdrskin")

SECTOR = 2352


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """An ISO 9660 image with a file in it."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / "content").mkdir()
    make_image(folder / "content" / "file.bin", 700)
    image = folder / "tree.iso"
    run = burnrig("run", "--quiet", "--", "xorriso", "-as", "mkisofs", "-o", image, "-V", "TREE", "-R",
                  folder / "content")
    assert run.code == 0, run.text
    return image


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, tree):
    """An imported CD: a data track of the tree, then two audio tracks with a gap between them."""
    folder = tmp_path_factory.mktemp("mixed")
    audio = make_image(folder / "audio", 1500, seed=3).read_bytes()[:900 * SECTOR]
    (folder / "audio.bin").write_bytes(audio)
    data = tree.read_bytes()
    data += bytes(-len(data) % BLOCK)
    (folder / "data.bin").write_bytes(data)
    (folder / "mixed.cue").write_text(
        'CATALOG 0123456789012\n'
        'FILE "data.bin" BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n'
        'FILE "audio.bin" BINARY\n  TRACK 02 AUDIO\n    PREGAP 00:02:00\n    ISRC DEA000700001\n    INDEX 01 00:00:00\n'
        '  TRACK 03 AUDIO\n    INDEX 00 00:06:00\n    INDEX 01 00:07:00\n')
    disc = folder / "disc"
    run = burnrig("disc", "import", disc, folder / "mixed.cue", "--medium", "cd-r-80")
    assert run.code == 0, run.text
    return disc, folder / "mixed.cue"


@pytest.fixture(scope="module")
def audio(tmp_path_factory):
    """An audio CD of two tracks as a cue sheet."""
    folder = tmp_path_factory.mktemp("audio")
    (folder / "audio.bin").write_bytes(make_image(folder / "raw", 1500, seed=5).read_bytes()[:1000 * SECTOR])
    (folder / "audio.cue").write_text('FILE "audio.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n'
                                      '  TRACK 02 AUDIO\n    INDEX 00 00:05:00\n    INDEX 01 00:07:00\n')
    return folder / "audio.cue"


def exported(disc, out, *options):
    run = burnrig("disc", "export", disc, out, *options)
    assert run.code == 0 and "could not be read" not in run.text, run.text
    return out


def equal(disc, image):
    run = burnrig("disc", "compare", disc, image)
    assert run.code in (0, 1), run.text
    return run.code == 0


@pytest.mark.parametrize("ending", [".cue", ".toc", ".raw"])
def test_an_export_is_the_same_disc_again(mixed, ending, tmp_path):
    disc, _ = mixed
    first = exported(disc, tmp_path / f"first{ending}")
    assert equal(disc, first)
    again = tmp_path / "again"
    assert burnrig("disc", "import", again, first, "--medium", "cd-r-80").code == 0
    second = exported(again, tmp_path / f"second{ending}")
    for path in tmp_path.glob("first*"):
        twin = tmp_path / path.name.replace("first", "second")
        assert path.read_bytes().replace(b"first", b"second") == twin.read_bytes(), path.name
    assert disc_info(again)["tracks"] == disc_info(disc)["tracks"]
    assert second.exists()


@pytest.mark.matrix("cdrdao", "cd-r", "show-toc of an exported .toc")
def test_cdrdao_takes_an_exported_toc(mixed, tmp_path):
    disc, _ = mixed
    toc = exported(disc, tmp_path / "x.toc")
    for command in ("show-toc", "read-test", "toc-size"):
        run = run_in_rig([], ["cdrdao", command, toc], tmp_path)
        assert run.code == 0 and "ERROR" not in run.text, run.text
    run = run_in_rig([], ["cdrdao", "show-toc", toc], tmp_path)
    tracks = disc_info(disc)["tracks"]
    starts = [int(number) for number in re.findall(r"START +[\d:]+\( *(\d+)\)", run.text)]
    assert [track["start"] for track in tracks] == starts[:3] or "TRACK  3" in run.text, run.text


@pytest.mark.matrix("cdrdao", "cd-r", "write of an exported .toc")
def test_cdrdao_burns_an_exported_toc(audio, tmp_path):
    source = tmp_path / "source"
    assert burnrig("disc", "import", source, audio, "--medium", "cd-r-80").code == 0
    toc = exported(source, tmp_path / "x.toc")
    target = tmp_path / "target"
    run = run_in_rig(["--medium", "cd-r-80", "--disc", target],
                     ["cdrdao", "write", "-n", "--driver", "generic-mmc", "--device", "/dev/sr0", toc], tmp_path)
    assert run.code == 0, run.text
    assert equal(target, audio) and equal(target, toc)


@pytest.mark.matrix("cdrdao", "cd-r", "read-cd of an imported disc")
def test_cdrdao_reads_an_imported_disc_and_its_toc_is_imported(audio, tmp_path):
    source = tmp_path / "source"
    assert burnrig("disc", "import", source, audio, "--medium", "cd-r-80").code == 0
    run = run_in_rig(["--disc", source], ["cdrdao", "read-cd", "--driver", "generic-mmc", "--device", "/dev/sr0",
                                          "--datafile", tmp_path / "read.bin", tmp_path / "read.toc"], tmp_path)
    assert run.code == 0, run.text
    assert equal(source, tmp_path / "read.toc")
    again = tmp_path / "again"
    assert burnrig("disc", "import", again, tmp_path / "read.toc", "--medium", "cd-r-80").code == 0
    assert equal(again, audio)


@pytest.fixture(scope="module")
def sung(audio):
    """The audio CD with CD-TEXT: one text that disc and all tracks have, one that a single track has."""
    sheet = audio.with_name("sung.cue")
    sheet.write_text(audio.read_text().replace("INDEX 01 00:00:00", 'TITLE "Song of Joy"\n    SONGWRITER "F. Cat"\n'
                                               "    INDEX 01 00:00:00")
                     .replace("INDEX 00 00:05:00", 'TITLE "Humpty Dumpty"\n    INDEX 00 00:05:00'))
    sheet.write_text('TITLE "Joyful Nights"\nPERFORMER "United Cats"\n' + sheet.read_text())
    disc = audio.with_name("sung")
    assert burnrig("disc", "import", disc, sheet, "--medium", "cd-r-80").code == 0
    return disc


def cd_text_packs(disc, out):
    """The CD-TEXT packs of the first lead-in, as cdrskin reads them from the drive."""
    run = run_in_rig(["--disc", disc], ["cdrskin", "dev=/dev/sr0", f"cdtext_to_textfile={out}"], out.parent)
    assert run.code == 0, run.text
    return out.read_bytes()


@pytest.mark.parametrize("ending,command", [
    pytest.param(".toc", ["cdrdao", "write", "-n", "--driver", "generic-mmc:0x10", "--device", "/dev/sr0"], id="cdrdao",
                 marks=pytest.mark.matrix("cdrdao", "cd-r", "CD-TEXT of an exported .toc")),
    pytest.param(".cue", ["cdrskin", "-sao", "-text", "dev=/dev/sr0"], id="cdrskin",
                 marks=pytest.mark.matrix("cdrskin", "cd-r", "CD-TEXT of an exported .cue"))])
def test_cd_text_goes_from_disc_to_sheet_to_disc(ending, command, sung, tmp_path):
    sheet = exported(sung, tmp_path / f"x{ending}")
    named = [f"cuefile={sheet.name}"] if ending == ".cue" else [sheet.name]
    target = tmp_path / "target"
    script = f"cd {tmp_path} && {' '.join([*command, *named])}"  # a sheet's files are looked for where one is
    run = run_in_rig(["--medium", "cd-r-80", "--disc", target], ["sh", "-c", script], tmp_path)
    assert run.code == 0, run.text
    packs = cd_text_packs(target, tmp_path / "target.cdt")
    assert len(packs) > 18 * 5 and packs == cd_text_packs(sung, tmp_path / "source.cdt")
    assert exported(target, tmp_path / f"y{ending}").read_text().replace("y.", "x.") == sheet.read_text()


@pytest.mark.parametrize("option,ending", [("--cue-file", ".cue"), ("--toc-file", ".toc")])
def test_cd_info_reads_exported_sheets(mixed, option, ending, tmp_path):
    disc, _ = mixed
    sheet = exported(disc, tmp_path / f"x{ending}")
    script = f"cd {tmp_path} && cd-info --no-device-info --no-cddb {option}={sheet.name}"  # looks for the .bin where it is
    run = run_in_rig([], ["sh", "-c", script], tmp_path)
    assert run.code == 0, run.text
    kinds = re.findall(r"^ +(\d+): +[\d:]+ +(\d+) +(data|audio)", run.text, re.M)
    tracks = [(str(t["number"]), t["kind"]) for t in disc_info(disc)["tracks"]]
    assert [(number, kind) for number, _, kind in kinds] == tracks, run.text


def test_isoinfo_and_xorriso_read_an_exported_iso(mixed, tree, tmp_path):
    disc, _ = mixed
    image = exported(disc, tmp_path / "x.iso")
    run = run_in_rig([], ["isoinfo", "-R", "-f", "-i", image], tmp_path)
    assert run.code == 0 and "/file.bin" in run.lines, run.text
    run = run_in_rig([], ["xorriso", "-indev", f"stdio:{image}", "-find", "/", "-type", "f"], tmp_path)
    assert run.code == 0 and "'/file.bin'" in run.lines, run.text
    assert image.read_bytes()[:tree.stat().st_size] == tree.read_bytes()


@pytest.mark.matrix("readom", "cd-r", "read an imported image")
def test_readom_reads_an_imported_iso(tree, tmp_path):
    disc = tmp_path / "disc"
    assert burnrig("disc", "import", disc, tree, "--medium", "cd-rw-80").code == 0
    out = tmp_path / "out"
    run = run_in_rig(["--disc", disc], ["readom", "dev=/dev/sr0", f"f={out}"], tmp_path)
    assert run.code == 0 and out.read_bytes() == tree.read_bytes(), run.text


@pytest.mark.parametrize("medium", ["cd-rom", "dvd-rom", "bd-rom", "dvd-r", "dvd+r", "dvd+rw", "dvd-ram", "bd-r-25", "bd-re-25"])
def test_an_iso_is_imported_onto_any_medium_and_read(medium, tree, tmp_path):
    disc = tmp_path / "disc"
    assert burnrig("disc", "import", disc, tree, "--medium", medium).code == 0
    out = tmp_path / "out"
    blocks = tree.stat().st_size // BLOCK
    run = run_in_rig(["--drive", "generic-bd-recorder", "--disc", disc],
                     ["dd", "if=/dev/sr0", f"of={out}", "bs=2048", f"count={blocks}"], tmp_path)
    assert run.code == 0 and out.read_bytes() == tree.read_bytes(), run.text
    assert disc_info(disc)["state"] == "complete"


@pytest.mark.matrix("wodim", "cd-r", "burn a disc kept as digests")
@pytest.mark.parametrize("kept", ["directory", "memory"])
def test_a_disc_kept_as_digests_is_burned_and_known(kept, image, tmp_path):
    disc = tmp_path / "disc"
    rig = ["--medium", "cd-r-80", "--keep", "digests"] + (["--disc", disc] if kept == "directory" else [])
    run = run_in_rig(rig, ["wodim", "-sao", "dev=/dev/sr0", image], tmp_path)
    assert run.code == 0, run.text
    if kept == "memory":
        return
    assert disc_info(disc)["keep"] == "digests"
    assert sum(path.stat().st_size for path in disc.iterdir()) < image.stat().st_size / 2
    run = burnrig("disc", "compare", disc, image)
    assert run.code == 0 and "equals" in run.out, run.text
    changed = bytearray(image.read_bytes())
    changed[123 * BLOCK + 7] ^= 1
    other = tmp_path / "other.iso"
    other.write_bytes(changed)
    run = burnrig("disc", "compare", disc, other)
    assert run.code == 1 and "at LBA 123: other content" in run.out, run.text
    assert json.loads(burnrig("disc", "compare", disc, other, "--json").out)["difference"]["lba"] == 123
    run = run_in_rig(["--disc", disc], ["dd", "if=/dev/sr0", "of=/dev/null", "bs=2048", "count=1"], tmp_path)
    assert run.code != 0, run.text
    run = burnrig("disc", "export", disc, tmp_path / "out.iso")
    assert run.code == 2 and "kept as a digest only" in run.err and "burnrig disc compare" in run.err, run.text


def test_mistakes_in_an_image_name_place_and_remedy_and_make_no_disc(tmp_path):
    (tmp_path / "x.cue").write_text('FILE "absent.bin" BINARY\n')
    run = burnrig("disc", "import", tmp_path / "disc", tmp_path / "x.cue", "--medium", "cd-r-80")
    assert run.code == 2 and f"{tmp_path}/x.cue:1: " in run.err and "absent.bin: No such file" in run.err, run.text
    assert not (tmp_path / "disc").exists()


def test_info_draws_the_disc_within_80_columns(mixed):
    disc, _ = mixed
    run = burnrig("disc", "info", disc)
    assert run.code == 0 and max(map(len, run.out.split("\n"))) <= 80, run.out
    assert "\x1b" not in run.out  # no colours into a pipe
    for word in ("lead-in", "lead-out", "track  1  data", "track  2  audio", "ISRC DEA000700001", "test area"):
        assert word in run.out, run.out
    picture = [line[:36] for line in run.out.split("\n")[1:19]]
    assert any("#" in line for line in picture) and any("=" in line for line in picture), run.out
