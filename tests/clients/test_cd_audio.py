# SPDX-License-Identifier: Apache-2.0
"""Goal: audio with CD-TEXT, catalogue number, ISRC and indexes, by every program, comes back through another."""

import random
import wave

import pytest
from conftest import disc_info, requires, run_in_rig

requires("wodim", "cdrskin", "cdrdao", "cdparanoia", "icedax", "cd-info", "cd-read", "dd")
MEDIA = ["cd-r-80", "cd-rw-80"]
FRAMES = 600  # 8 s a track

SHEET = """Input Sheet Version = 0.7T
Text Code = 8859
Language Code = English
Album Title = The Disc
Artist Name = Somebody
UPC / EAN = 4012345678901
Track 01 Title = First
Track 02 Title = Second
Track 01 Artist = X
Track 02 Artist = Y
ISRC 01 = DEA000700001
"""

TOC = """CD_DA
CATALOG "4012345678901"
CD_TEXT {{
  LANGUAGE_MAP {{ 0 : EN }}
  LANGUAGE 0 {{ TITLE "The Disc" PERFORMER "Somebody" }}
}}
TRACK AUDIO
ISRC "DEA000700001"
CD_TEXT {{ LANGUAGE 0 {{ TITLE "First" PERFORMER "X" }} }}
FILE "{0}" 0
TRACK AUDIO
CD_TEXT {{ LANGUAGE 0 {{ TITLE "Second" PERFORMER "Y" }} }}
PREGAP 0:2:0
FILE "{1}" 0
INDEX 0:4:0
"""

INF = """CDINDEX_DISCID=\t''
CDDB_DISCID=\t0
MCN=\t4012345678901
ISRC=\t\t{isrc}
Albumperformer=\t'Somebody'
Performer=\t'{performer}'
Albumtitle=\t'The Disc'
Tracktitle=\t'{title}'
Tracknumber=\t{number}
Trackstart=\t{start}
Tracklength=\t{frames}, 0
Pre-emphasis=\tno
Channels=\t2
Copy_permitted=\tyes
Endianess=\tlittle
Index=\t\t0
Index0=\t\t-1
"""


def run(rig, command, tmp_path, **options):
    done = run_in_rig(rig, command, tmp_path, **options)
    assert done.code == 0, done.text
    return done


@pytest.fixture
def tracks(tmp_path):
    """Two .wav files, and their samples."""
    files = []
    for number in (1, 2):
        path = tmp_path / f"track{number}.wav"
        samples = random.Random(number).randbytes(FRAMES * 2352)
        with wave.open(str(path), "wb") as out:
            out.setparams((2, 2, 44100, 0, "NONE", ""))
            out.writeframes(samples)
        files.append((path, samples))
    return files


def samples_of(path):
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())


def cd_text(disc, tmp_path):
    """CD-TEXT, catalogue number and ISRCs as cd-info sees them."""
    return run(["--disc", disc], ["cd-info", "--no-cddb", "-C", "/dev/sr0"], tmp_path).text


def assert_text(text, isrc=True):
    for line in ("TITLE: The Disc", "PERFORMER: Somebody", "TITLE: First", "TITLE: Second", "PERFORMER: Y"):
        assert line in text, text
    if isrc:
        assert "(MCN): 4012345678901" in text, text
        assert "TRACK  1 ISRC: DEA000700001" in text, text


def rip_with_cdparanoia(disc, tmp_path, track):
    out = tmp_path / f"rip{track}.wav"
    run(["--disc", disc], ["cdparanoia", "-q", "-d", "/dev/sr0", str(track), out], tmp_path)
    return samples_of(out)


@pytest.mark.parametrize("medium", [pytest.param(medium, marks=pytest.mark.matrix("cdrskin", medium, "audio with CD-TEXT"))
                                    for medium in MEDIA])
def test_cdrskin_with_an_input_sheet(medium, tracks, tmp_path):
    disc = tmp_path / "disc"
    sheet = tmp_path / "text.v07t"
    sheet.write_text(SHEET)
    run(["--medium", medium, "--disc", disc],
        ["cdrskin", "-sao", "-audio", "dev=/dev/sr0", f"input_sheet_v07t={sheet}", *[path for path, _ in tracks]],
        tmp_path)
    assert_text(cd_text(disc, tmp_path))
    for number, (_, samples) in enumerate(tracks, start=1):
        assert rip_with_cdparanoia(disc, tmp_path, number) == samples


@pytest.mark.matrix("cdrskin", "cd-r-80", "audio with textfile=")
def test_cdrskin_copies_the_packs_of_another_disc(tracks, tmp_path):
    first, copy = tmp_path / "first", tmp_path / "copy"
    sheet = tmp_path / "text.v07t"
    sheet.write_text(SHEET)
    packs = tmp_path / "packs.cdt"
    files = [path for path, _ in tracks]
    run(["--medium", "cd-r-80", "--disc", first],
        ["cdrskin", "-sao", "-audio", "dev=/dev/sr0", f"input_sheet_v07t={sheet}", *files], tmp_path)
    run(["--disc", first], ["cdrskin", "dev=/dev/sr0", f"cdtext_to_textfile={packs}"], tmp_path)
    run(["--medium", "cd-r-80", "--disc", copy],
        ["cdrskin", "-sao", "-audio", "dev=/dev/sr0", f"textfile={packs}", *files], tmp_path)
    assert_text(cd_text(copy, tmp_path), isrc=False)


@pytest.mark.parametrize("method", ["-sao", "-raw96r"])
@pytest.mark.parametrize("medium", [pytest.param(medium, marks=pytest.mark.matrix("wodim", medium, "audio with CD-TEXT"))
                                    for medium in MEDIA])
def test_wodim_with_inf_files(medium, method, tracks, tmp_path):
    disc = tmp_path / "disc"
    for number, (path, _) in enumerate(tracks, start=1):
        path.with_suffix(".inf").write_text(INF.format(
            isrc="DEA000700001" if number == 1 else "", performer="XY"[number - 1],
            title=("First", "Second")[number - 1], number=number, start=(number - 1) * FRAMES, frames=FRAMES))
    run(["--medium", medium, "--disc", disc],
        ["wodim", method, "-audio", "-useinfo", "-text", "dev=/dev/sr0", *[path for path, _ in tracks]], tmp_path)
    assert_text(cd_text(disc, tmp_path))
    for number, (_, samples) in enumerate(tracks, start=1):
        assert rip_with_cdparanoia(disc, tmp_path, number) == samples


@pytest.mark.parametrize("driver", ["generic-mmc:0x10", "generic-mmc-raw"])
@pytest.mark.parametrize("medium", [pytest.param(medium, marks=pytest.mark.matrix("cdrdao", medium, "write .toc, read-toc, read-cd"))
                                    for medium in MEDIA])
def test_cdrdao_writes_and_reads_a_toc_file(medium, driver, tracks, tmp_path):
    disc = tmp_path / "disc"
    toc = tmp_path / "disc.toc"
    toc.write_text(TOC.format(*[path for path, _ in tracks]))
    run(["--medium", medium, "--disc", disc],
        ["cdrdao", "write", "--driver", driver, "--device", "/dev/sr0", "-n", toc], tmp_path)
    assert_text(cd_text(disc, tmp_path))
    read = tmp_path / "read.toc"
    run(["--disc", disc], ["cdrdao", "read-toc", "--device", "/dev/sr0", "--driver", "generic-mmc", read], tmp_path)
    lines = [line.strip() for line in read.read_text().splitlines()]
    for line in ('CATALOG "4012345678901"', 'ISRC "DEA000700001"', 'TITLE "Second"', "START 00:02:00",
                 "INDEX 00:04:00"):
        assert line in lines, read.read_text()
    assert lines.count('ISRC "DEA000700001"') == 1
    copied = tmp_path / "copy.bin"
    run(["--disc", disc], ["cdrdao", "read-cd", "--device", "/dev/sr0", "--driver", "generic-mmc", "--datafile",
                           copied, tmp_path / "copy.toc"], tmp_path)
    big_endian = copied.read_bytes()
    little_endian = bytearray(len(big_endian))
    little_endian[0::2], little_endian[1::2] = big_endian[1::2], big_endian[0::2]
    assert bytes(little_endian) == tracks[0][1] + bytes(150 * 2352) + tracks[1][1]


@pytest.mark.parametrize("driver", ["generic-mmc", "generic-mmc-raw"])
@pytest.mark.matrix("cdrdao", "cd-r-80", "write .cue")
def test_cdrdao_writes_a_cue_file(driver, tracks, tmp_path):
    disc = tmp_path / "disc"
    cue = tmp_path / "disc.cue"
    cue.write_text("".join(f'FILE "{path}" WAVE\n  TRACK {number:02} AUDIO\n    INDEX 01 00:00:00\n'
                           for number, (path, _) in enumerate(tracks, start=1)))
    run(["--medium", "cd-r-80", "--disc", disc],
        ["cdrdao", "write", "--driver", driver, "--device", "/dev/sr0", "-n", cue], tmp_path)
    for number, (_, samples) in enumerate(tracks, start=1):
        assert rip_with_cdparanoia(disc, tmp_path, number) == samples


@pytest.fixture
def audio_disc(tracks, tmp_path):
    disc = tmp_path / "disc"
    run(["--medium", "cd-r-80", "--disc", disc],
        ["wodim", "-sao", "-audio", "dev=/dev/sr0", *[path for path, _ in tracks]], tmp_path)
    return disc


@pytest.mark.matrix("icedax", "cd-r-80", "audio to .wav")
def test_icedax_reads_audio(audio_disc, tracks, tmp_path):
    out = tmp_path / "icedax.wav"
    run(["--disc", audio_disc], ["icedax", "-D", "/dev/sr0", "-t", "2", "-H", "-q", "-O", "wav", out], tmp_path)
    assert samples_of(out) == tracks[1][1]


@pytest.mark.matrix("cd-read", "cd-r-80", "audio blocks")
def test_cd_read_reads_audio(audio_disc, tracks, tmp_path):
    out = tmp_path / "blocks"
    run(["--disc", audio_disc], ["cd-read", "--no-header", "-m", "audio", "-s", "0", "-n", str(FRAMES), "-C",
                                 "/dev/sr0", "-o", out], tmp_path)
    assert out.read_bytes() == tracks[0][1]


@pytest.mark.matrix("cdparanoia", "cd-r-80", "audio to .wav")
def test_cdparanoia_reads_audio(audio_disc, tracks, tmp_path):
    assert rip_with_cdparanoia(audio_disc, tmp_path, 1) == tracks[0][1]


@pytest.mark.parametrize(("program", "medium"), [
    pytest.param(program, medium, marks=pytest.mark.matrix(program, medium, "-tao -audio"))
    for program in ("wodim", "cdrskin") for medium in MEDIA])
def test_audio_track_at_once(program, medium, tracks, tmp_path):
    disc = tmp_path / "disc"
    run(["--medium", medium, "--disc", disc],
        [program, "-tao", "-audio", "dev=/dev/sr0", *[path for path, _ in tracks]], tmp_path)
    recorded = disc_info(disc)["tracks"]
    assert [track["mode"] for track in recorded] == ["audio", "audio"]
    for number, (_, samples) in enumerate(tracks, start=1):
        assert rip_with_cdparanoia(disc, tmp_path, number)[: len(samples)] == samples


@pytest.mark.matrix("wodim", "cd-r-80", "data behind audio, -tao")
def test_data_behind_audio(tracks, image, tmp_path):
    """The pre-gap grows by 75 blocks where audio goes over to data."""
    disc = tmp_path / "disc"
    run(["--medium", "cd-r-80", "--disc", disc],
        ["wodim", "-tao", "dev=/dev/sr0", "-audio", tracks[0][0], "-data", image], tmp_path)
    audio, data = disc_info(disc)["tracks"]
    assert (audio["mode"], data["mode"]) == ("audio", "mode1")
    out = tmp_path / "data"
    run(["--disc", disc], ["dd", "if=/dev/sr0", f"of={out}", "bs=2048", f"skip={FRAMES + 2 + 225}", "count=1000"],
        tmp_path)
    assert out.read_bytes() == image.read_bytes()


@pytest.mark.matrix("cd-read", "cd-r-80", "-m m1f1")
def test_cd_read_takes_mode_1_for_an_error(image, tmp_path):
    disc = tmp_path / "disc"
    run(["--medium", "cd-r-80", "--disc", disc], ["wodim", "-sao", "dev=/dev/sr0", image], tmp_path)
    read = run_in_rig(["--disc", disc], ["cd-read", "--no-header", "-m", "m1f1", "-s", "0", "-n", "1", "-C",
                                         "/dev/sr0"], tmp_path)
    assert "error reading block 0" in read.text
    pytest.skip("cd-read takes the number of bytes it was given for an error; audio blocks it reads")
