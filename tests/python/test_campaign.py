# SPDX-License-Identifier: Apache-2.0
"""Goal: a campaign gives byte for byte what one process gives, whatever engine carries it out and whoever is killed
meanwhile."""

import json
import os
import pathlib
import shutil
import signal
import subprocess

import pytest

from burnrig import RigError
from burnrig.campaign import dask, engines, shard
from burnrig.campaign.__main__ import main
from burnrig.campaign.plan import make_plan

PROGRAM = os.environ["BURNRIG"]
WHAT = ("--filter", "cd-r-80 tao", "--at", "WRITE_10 #2")
SHARDS = 8


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """summary.json of one process."""
    out = tmp_path_factory.mktemp("alone")
    done = subprocess.run([PROGRAM, "sweep", *WHAT, "--jobs", "1", "--out", out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (out / "summary.json").read_bytes()


def merged(plan):
    done = subprocess.run(plan.merge_command(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (plan.folder / "summary.json").read_bytes()


def new_plan(folder):
    return make_plan(PROGRAM, WHAT, SHARDS, folder)


def silent():
    pass


def test_from_the_command_line(tmp_path, alone, capfd):
    out = tmp_path / "out"
    assert main(["--out", str(out), "--shards", str(SHARDS), "--jobs", "2", *WHAT]) == 0
    assert (out / "summary.json").read_bytes() == alone
    assert f"{SHARDS} of {SHARDS} shards" in capfd.readouterr().err
    assert main(["--out", str(out), "--quiet", *WHAT]) == 0, "nothing is left to do, and the merge gives the same"
    assert (out / "summary.json").read_bytes() == alone


def test_the_program_knows_it_too(tmp_path, alone):
    done = subprocess.run([PROGRAM, "campaign", "--out", tmp_path, "--shards", "3", "--quiet", *WHAT], capture_output=True,
                          text=True, check=False, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
    assert done.returncode == 0 and (tmp_path / "summary.json").read_bytes() == alone, done.stderr
    told = subprocess.run([PROGRAM, "campaign", "--help"], capture_output=True, text=True, check=False)
    assert told.returncode == 0 and "--engine" in told.stdout


def test_it_goes_on_where_it_was_killed(tmp_path, alone):
    plan = new_plan(tmp_path)
    engines.local(plan, 2, silent)
    for number in (2, 3, 7):
        plan.file(number).unlink()
    assert plan.pending() == [2, 3, 7]
    again = new_plan(tmp_path)
    assert engines.local(again, 1, silent) == {} and merged(again) == alone


def test_another_campaign_in_its_directory_is_refused(tmp_path):
    new_plan(tmp_path)
    with pytest.raises(RigError, match="another sweep"):
        make_plan(PROGRAM, ("--depth", "2"), None, tmp_path)
    with pytest.raises(RigError, match="8 shards, not 9"):
        make_plan(PROGRAM, WHAT, 9, tmp_path)
    with pytest.raises(RigError, match="another burnrig"):
        make_plan(shutil.which("true"), WHAT, None, tmp_path)


# burnrig, but the first to carry out shards 2, 4 and 6 kill their worker, the scheduler, and a worker again.
KILLER = """#!/bin/sh
case " $* " in
*" --shard 2/8 "*) kill=two victim=$PPID ;;
*" --shard 4/8 "*) kill=four victim=$(cat FOLDER/scheduler) ;;
*" --shard 6/8 "*) kill=six victim=$PPID ;;
esac
[ -n "$kill" ] && mkdir FOLDER/killed-$kill 2>/dev/null && kill -9 "$victim"
exec PROGRAM "$@"
"""


def test_dask_whose_scheduler_and_workers_are_killed(tmp_path, alone):
    pytest.importorskip("distributed")
    killer, clusters = tmp_path / "burnrig", []
    killer.write_text(KILLER.replace("FOLDER", str(tmp_path)).replace("PROGRAM", PROGRAM))
    killer.chmod(0o755)
    plan = make_plan(str(killer), WHAT, SHARDS, tmp_path / "out")

    def note_scheduler(cluster=None):
        clusters.extend([cluster] if cluster else [])
        (tmp_path / "scheduler").write_text(str(clusters[0].scheduler.pid))
    assert dask.run(plan, 2, note_scheduler, started=note_scheduler) == {}
    assert len(list(tmp_path.glob("killed-*"))) == 3
    assert merged(plan) == alone


def test_a_list_is_carried_out_by_anybody(tmp_path, alone, capsys):
    plan = new_plan(tmp_path)
    engines.print_list(plan, 1, silent)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == SHARDS + 1
    for line in lines:
        subprocess.run(line, shell=True, check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "summary.json").read_bytes() == alone


@pytest.mark.skipif(shutil.which("parallel") is None, reason="GNU parallel is not installed")
def test_gnu_parallel(tmp_path, alone):
    plan = new_plan(tmp_path)
    assert engines.parallel(plan, 2, silent) == {} and merged(plan) == alone


SBATCH = """#!/bin/sh
# Stands in for Slurm's: every element of the array, one after the other.
script=$2
count=$(sed -n 's/^#SBATCH --array=1-\\([0-9]*\\)%.*/\\1/p' "$script")
for element in $(seq 1 "$count"); do SLURM_ARRAY_TASK_ID=$element sh "$script" >/dev/null || exit 1; done
"""


def test_a_job_array_of_slurm(tmp_path, alone, monkeypatch):
    sbatch = tmp_path / "bin" / "sbatch"
    sbatch.parent.mkdir()
    sbatch.write_text(SBATCH)
    sbatch.chmod(0o755)
    monkeypatch.setenv("PATH", f"{sbatch.parent}:{os.environ['PATH']}")
    plan = new_plan(tmp_path / "out")
    assert engines.slurm(plan, 4, silent) == {} and merged(plan) == alone


def test_a_trial_that_crashes_is_found():
    for guilty in (0, 1, 437, 998, 999):
        def dies(part, of, guilty=guilty):
            return signal.SIGSEGV if guilty % of == part - 1 else None
        part, of = shard.find_crash(guilty % 8 + 1, 8, 1000, dies)
        assert of >= 1000 and guilty % of == part - 1
    assert shard.find_crash(3, 8, 1000, lambda part, of: None) is None


def test_a_shard_that_dies_is_told_and_ends_the_campaign(tmp_path, capfd, monkeypatch):
    """A burnrig that dies of one trial of the 40 that there are."""
    fake = tmp_path / "burnrig"
    fake.write_text('#!/bin/sh\nfor word; do case $word in --count) echo 40; exit 0;; esac; last=$prev; prev=$word; done\n'
                    'while [ "$1" != --shard ]; do shift; done\ni=${2%/*}; n=${2#*/}\n'
                    '[ $((29 % n)) -eq $((i - 1)) ] && kill -SEGV $$\ntouch "$4/shard-$i-of-$n.json"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("BURNRIG", str(fake))
    assert main(["--out", str(tmp_path / "out"), "--shards", "4", "--jobs", "2", "--quiet"]) == shard.BROKEN
    told = capfd.readouterr().err
    assert "shard 2 of 4 died by signal 11; one trial 30/64 is to blame: burnrig sweep --jobs 1 --shard 30/64" in told
    assert json.loads((tmp_path / "out" / "crash-2-of-4.json").read_text())["one_trial"]
    assert not (tmp_path / "out" / "summary.json").exists()


@pytest.mark.parametrize("words, told", [
    ([], "--out"), (["--out", "x", "--engine", "ray"], "invalid choice"), (["--out", "x", "--shards", "0"], "1 or more"),
    (["--out", "x", "--shard", "1/2"], "burnrig sweep alone"), (["--out", "x", "--scheduler", "tcp://h:1"], "engine dask"),
    (["--out", "x", "--engine", "dask", "--resource", "DRIVE"], "NAME=AMOUNT")])
def test_mistakes_are_told(words, told, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2 and told in capfd.readouterr().err
    assert not pathlib.Path("x").exists()
