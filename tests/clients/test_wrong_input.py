# SPDX-License-Identifier: Apache-2.0
"""Goal: wrong input gets a message that names the place and the fix, and nothing is written."""

import pytest
from conftest import burnrig, disc_info, make_image


@pytest.mark.parametrize("arguments, code, expected", [
    (["run", "--drive", "optiarc-ad-7280", "--", "true"], 125, "optiarc-ad-7280s"),
    (["run", "--medium", "cd-r-8", "--", "true"], 125, "cd-r-80"),
    (["run", "--fault", "at SEND_OPC_INFORMATON -> fail 03/73/03", "--", "true"], 125, "SEND_OPC_INFORMATION"),
    (["run", "--fault", "opc-failur", "--", "true"], 125, "opc-failure"),
    (["run", "--fault", "at WRITE -> pause", "--", "true"], 125, "pause"),
    (["run", "--time", "fast", "--", "true"], 125, "--time"),
    (["run", "--via", "usb", "--", "true"], 125, "preload"),
    (["run", "--", "no-such-program-here"], 127, "no-such-program-here"),
    (["burn", "--fault", "at NOWHERE -> lose", "IMAGE"], 2, "NOWHERE"),
    (["burn", "missing.iso"], 2, "missing.iso"),
    (["burn", "--mode", "toa", "IMAGE"], 2, "tao"),
    (["burn", "--device", "/dev/null", "IMAGE"], 2, "/dev/null"),
    (["disc", "export", "no-such-disc", "out.iso"], 2, "no-such-disc"),
    (["disc", "create", "DISC", "--medium", "cdr80"], 2, "cd-r-80"),
    (["frobnicate"], 2, "frobnicate"),
    (["run"], 2, "COMMAND"),
])
def test_says_what_is_wrong(arguments, code, expected, image, tmp_path):
    places = {"IMAGE": str(image), "DISC": str(tmp_path / "disc")}
    run = burnrig(*[places.get(word, word) for word in arguments], cwd=tmp_path)
    assert run.code == code, run.text
    assert expected in run.text, run.text
    assert "terminate called" not in run.text and "internal error" not in run.text


def test_an_image_larger_than_the_disc_is_refused_before_anything_is_written(tmp_path):
    image = tmp_path / "large.iso"
    with open(image, "wb") as file:
        file.truncate(360000 * 2048)
    disc = tmp_path / "disc"
    run = burnrig("burn", "--medium", "cd-r-80", "--disc", disc, image)
    assert run.code == 1, run.text
    assert "image-too-large" in run.text and "360000" in run.text
    info = disc_info(disc)
    assert info["state"] == "blank" and info["calibrations"]["used"] == 0


def test_a_disc_of_another_medium_is_refused(image, tmp_path):
    disc = tmp_path / "disc"
    assert burnrig("disc", "create", disc, "--medium", "cd-r-80").code == 0
    run = burnrig("burn", "--medium", "cd-rw-80", "--disc", disc, image)
    assert run.code == 2
    assert "cd-r-80" in run.text and disc_info(disc)["state"] == "blank"


def test_a_broken_disc_directory_is_named(tmp_path):
    disc = tmp_path / "disc"
    assert burnrig("disc", "create", disc, "--medium", "cd-r-80").code == 0
    for file in disc.iterdir():
        file.write_bytes(file.read_bytes()[:7])
    run = burnrig("disc", "info", disc)
    assert run.code == 2
    assert str(disc) in run.text


def test_an_empty_image_is_refused(tmp_path):
    run = burnrig("burn", make_image(tmp_path / "empty.iso", 0))
    assert run.code in (1, 2) and "empty" in run.text


def test_listings(tmp_path):
    import json
    for listing, known in (("drives", "optiarc-ad-7280s"), ("media", "cd-r-80"), ("faults", "opc-failure")):
        run = burnrig(listing, "--json")
        rows = json.loads(run.out)
        assert known in [row["name"] for row in rows]
        assert all(row["summary"] for row in rows)
        assert known in burnrig(listing).out
