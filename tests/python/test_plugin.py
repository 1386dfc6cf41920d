# SPDX-License-Identifier: Apache-2.0
"""Goal: the pytest plugin gives what its fixtures and marks promise, refuses misspelled ones before the first test, and
leaves behind what its user needs to see a failure again."""

import json
import os
import pathlib
import sys

import pytest

pytest_plugins = ["pytester"]
SOURCE = pathlib.Path(os.environ.get("BURNRIG_SOURCE", pathlib.Path(__file__).parents[2]))


@pytest.fixture
def run(pytester):
    """Runs a test file with the plugin, in a process of its own as a user would."""
    def in_a_process(text, *options):
        pytester.makepyfile(text)
        return pytester.runpytest_subprocess("-p", "pytest_burnrig", "-p", "no:cacheprovider", *options)
    return in_a_process


def test_fixtures_are_what_they_are_called(run):
    result = run('''
        import burnrig, pytest
        def test_all(drive, medium, disc, burner, faults, trace):
            assert isinstance(drive, burnrig.Drive) and medium.name == "cd-r-80" and disc.blank
            with faults("opc-failure") as f:
                assert burner.burn(burnrig.pattern(1 << 20), check=False).cause == "opc-failed"
            assert f.fired == 1 and trace.count("@write") == 0
        @pytest.mark.media("dvd+rw", "bd-re-25", "cd-rw-80")
        def test_each_medium(medium, disc, drive):
            assert disc.medium.name == medium.name and disc.blank
        @pytest.mark.faults("at @write lba 3..3 -> fail write-error info 3")
        def test_marked(burner):
            assert burner.burn(burnrig.pattern(1 << 20), check=False).cause == "write-error"
    ''', "--burnrig-drive=sim:generic-bd-recorder", "--burnrig-seed=0x10", "--strict-markers", "-v")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["burnrig: *, drive sim:generic-bd-recorder, seed 16", "*test_each_medium[[]bd-re-25]*"])


def test_a_failed_test_shows_trace_and_replay_and_leaves_artifacts(run, tmp_path):
    result = run('''
        import burnrig, pytest
        @pytest.mark.media("cd-rw-80")
        def test_wrong(burner, drive):
            with drive.faults("opc-failure"):
                assert burner.burn(burnrig.pattern(1 << 20), check=False).ok
    ''', f"--burnrig-artifacts={tmp_path / 'kept'}", "--burnrig-seed=7", f"--junitxml={tmp_path / 'junit.xml'}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*burnrig trace*", "*SEND_OPC_INFORMATION*-> 03/73/03 MEDIUM ERROR*", "*burnrig replay*",
                                 "pytest *test_wrong* --burnrig-drive=sim:generic-dvd-recorder --burnrig-seed=7"])
    folder, = (tmp_path / "kept").iterdir()
    assert "test_wrong" in folder.name
    lines = [json.loads(line) for line in (folder / "trace.jsonl").read_text().splitlines()]
    assert "SEND_OPC_INFORMATION" in [line["command"] for line in lines]
    assert "SEND_OPC_INFORMATION" in (folder / "report.html").read_text()
    assert "--burnrig-seed=7" in (folder / "replay.txt").read_text()
    junit = (tmp_path / "junit.xml").read_text()
    assert 'name="burnrig.medium" value="cd-rw-80"' in junit and 'name="burnrig.seed" value="7"' in junit


def test_a_rule_that_never_fired_fails_its_test(run):
    result = run('''
        import pytest
        @pytest.mark.faults("opc-failure")
        def test_nothing(drive): pass
        @pytest.mark.faults("opc-failure", unfired=True)
        def test_as_it_should_be(drive): pass
        @pytest.mark.faults("opc-failure")
        def test_program(rig): assert rig.run(["true"]).ok
    ''')
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(["*never fired, so what they are for was not tested: opc-failure*"])


@pytest.mark.parametrize("mark, words", [
    ('media("cd-r-8")', "did you mean"), ("media()", "names nothing"), ('faults("at WRIET -> lose")', "did you mean"),
    ('faults("opc-failure", often=True)', "no argument often"), ('needs("coffee")', "there are simulated"),
    ("media(80)", "give texts"), ("destructive(1)", "no arguments"), ("hardware(why=1)", "no arguments")])
def test_a_misspelled_mark_ends_the_run_before_it_begins(run, mark, words):
    result = run(f'''
        import pytest
        @pytest.mark.{mark}
        def test_it(drive): pass
    ''')
    assert result.ret in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED)
    assert words in result.stdout.str() + result.stderr.str() and "INTERNALERROR" not in result.stdout.str()


@pytest.mark.parametrize("option, words", [
    ("--burnrig-drive=floppy", "give sim:NAME"), ("--burnrig-drive=sim:generic", "did you mean"),
    ("--burnrig-seed=seven", "give a number")])
def test_a_misspelled_option_too(run, option, words):
    result = run("def test_it(drive): pass", option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR and words in result.stderr.str()


def test_what_the_drive_has_not_got_is_skipped_with_the_reason(run):
    result = run('''
        import pytest
        @pytest.mark.needs("bd-re", "cd-r")
        def test_bd(drive): raise AssertionError
        @pytest.mark.needs("simulated", "dvd-rw", "dvd+r-dl")
        def test_dvd(drive): pass
        @pytest.mark.hardware
        def test_physical(): raise AssertionError
    ''', "-rs")
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["*has not got: bd-re*", "*needs a physical drive: --burnrig-drive=/dev/sr0*"])


WITH_A_NODE = '''
import burnrig, os, pytest
@pytest.mark.needs("physical", "cd-rw")
def test_asks(drive): assert drive.burner.drive()["vendor"]
@pytest.mark.destructive
@pytest.mark.parametrize("turn", range(3))
def test_writes(drive, turn):
    if drive.burner.disc()["state"] != "blank":
        drive.burner.blank()
    drive.burner.burn("pattern:1M", mode="tao")
    (open("workers", "a")).write(os.environ.get("PYTEST_XDIST_WORKER", "none") + "\\n")
def test_no_disc(disc): pass
def test_no_rig(rig): pass
'''


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_drive_behind_a_node_is_on_one_worker(pytester, workers):
    import burnrig
    if workers:
        pytest.importorskip("xdist")
    file = pytester.makepyfile(WITH_A_NODE)
    result = burnrig.run([sys.executable, "-m", "pytest", "-p", "pytest_burnrig", "-p", "no:cacheprovider", "-rs",
                          "--burnrig-drive=/dev/sr0", *workers, file], medium="cd-rw-80", cwd=pytester.path)
    assert result.ok and "4 passed, 2 skipped" in result.stdout, result.output
    assert len(set((pytester.path / "workers").read_text().split())) == 1
    assert result.disc.recorded_blocks >= 512


def test_simulated_drives_are_spread_over_workers(run):
    pytest.importorskip("xdist")
    result = run('''
        import pytest
        @pytest.mark.parametrize("turn", range(8))
        def test_it(burner, turn): assert burner.burn("pattern:1M").ok
    ''', "-n", "2")
    result.assert_outcomes(passed=8)


def test_without_consent_a_disc_is_not_written_to(run):
    result = run('''
        import pytest
        @pytest.mark.destructive
        def test_it(drive): raise AssertionError
    ''', "--burnrig-drive=/dev/burnrig-none", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*--burnrig-allow-destructive*"])
    alone = run("def test_it(): pass", "--burnrig-drive=/dev/burnrig-none", "--burnrig-allow-destructive")
    assert alone.ret == pytest.ExitCode.USAGE_ERROR and "sacrificial_drives" in alone.stderr.str()
