# SPDX-License-Identifier: Apache-2.0
"""Shards on a cluster of Dask (python3-distributed), whose scheduler keeps nothing: what it forgets, the files know.

    own cluster      a scheduler and workers on this machine, each a process; what dies is started again
    --scheduler      a cluster that is there (dask-scheduler, dask-worker --nthreads 1 on the machines that see the
                     campaign's directory); a lost connection is made again, and what is pending submitted again
    --resource       DRIVE=1: only on workers that were started with --resources DRIVE=1, such as those with a drive
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing
import warnings

from ..errors import RigError
from .plan import Plan
from .shard import run_shard

Tell = typing.Callable[[], None]
POLL_S = 0.2
CONNECT_S = 20
BARREN_ROUNDS_MAX = 20  # in a row, without a single shard more


class OwnCluster:
    """A scheduler and workers as processes of their own, so that each can die alone."""

    def __init__(self, workers: int, resources: dict[str, float]):
        self._workers_wanted = workers
        self._resources = ",".join(f"{name}={amount:g}" for name, amount in resources.items())
        self._folder = tempfile.TemporaryDirectory(prefix="burnrig-dask-")
        self._number = 0
        self._address_file = pathlib.Path()
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}
        # They end with this process, however it ends.
        bound = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        return subprocess.Popen([*bound, sys.executable, "-m", f"distributed.cli.{module}", *options], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder.name,
                                env=environment, start_new_session=True)

    def heal(self) -> bool:
        """Starts what is not alive; False when the scheduler was not: nobody knows of any shard then."""
        alive = self.scheduler is not None and self.scheduler.poll() is None
        if not alive:
            self._end_all()
            self._number += 1
            self._address_file = pathlib.Path(self._folder.name) / f"scheduler-{self._number}.json"
            self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                         "--scheduler-file", str(self._address_file))
        for worker in [worker for worker in self.workers if worker.poll() is not None]:
            self.workers.remove(worker)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)  # the shard that it worked on
        while len(self.workers) < self._workers_wanted:
            options = ["--scheduler-file", str(self._address_file), "--nthreads", "1", "--no-nanny", "--no-dashboard",
                       "--host", "127.0.0.1", "--local-directory", self._folder.name]
            options += ["--resources", self._resources] if self._resources else []
            self.workers.append(self._start("dask_worker", *options))
        return alive

    def address(self) -> str:
        """Where the scheduler can be reached."""
        deadline = time.monotonic() + CONNECT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, ValueError, KeyError):
                return json.loads(self._address_file.read_text())["address"]
            if self.scheduler is None or self.scheduler.poll() is not None:
                break
            time.sleep(POLL_S)
        raise OSError("the scheduler did not start")

    def _end_all(self) -> None:
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with the shard that it works on
            process.wait()
        self.workers, self.scheduler = [], None

    def close(self) -> None:
        self._end_all()
        self._folder.cleanup()


class GivenCluster:
    """One that somebody else looks after."""

    def __init__(self, address: str):
        self._address = address

    def heal(self) -> bool:
        return True

    def address(self) -> str:
        return self._address

    def close(self) -> None:
        pass


def run(plan: Plan, jobs: int, tell: Tell, scheduler: str = "", resources: dict[str, float] | None = None,
        started: typing.Callable[[typing.Any], None] = lambda cluster: None) -> dict[int, int]:
    """Carries out what is pending; `started` is told of the cluster, for those who kill its processes."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise RigError("--engine dask: python3-distributed is not installed") from error
    cluster = GivenCluster(scheduler) if scheduler else OwnCluster(jobs, resources or {})
    failed: dict[int, int] = {}
    barren = 0
    try:
        cluster.heal()
        started(cluster)
        while pending := [shard for shard in plan.pending() if shard not in failed]:
            try:
                failed.update(_round(plan, cluster, pending, tell, resources or {}))
            except OSError as error:  # Dask's own errors of connections are of this kind, and its time-outs
                if scheduler and barren == BARREN_ROUNDS_MAX - 1:
                    raise RigError(f"--scheduler {scheduler}: {error}") from error
            done_some = len([shard for shard in plan.pending() if shard not in failed]) < len(pending)
            barren = 0 if done_some else barren + 1
            if barren == BARREN_ROUNDS_MAX:
                raise RigError("--engine dask: its processes die before any shard is done; try --engine local")
            cluster.heal()
    finally:
        cluster.close()
    return failed


def _round(plan: Plan, cluster: typing.Any, pending: list[int], tell: Tell,
           resources: dict[str, float]) -> dict[int, int]:
    """As far as one scheduler gets; the exit codes of shards that ended without a file."""
    import distributed
    failed: dict[int, int] = {}
    with _quiet(), distributed.Client(cluster.address(), timeout=CONNECT_S, set_as_default=False) as client:
        futures = {client.submit(run_shard, plan.command(shard), str(plan.file(shard)), key=f"shard-{shard}", pure=True,
                                 resources=resources or None, retries=5): shard for shard in pending}
        waiting = set(futures)
        while waiting:
            if not cluster.heal():
                return failed
            time.sleep(POLL_S)
            for future in [future for future in waiting if future.status != "pending"]:
                waiting.discard(future)
                shard = futures[future]
                if future.status == "finished" and not plan.file(shard).exists():
                    failed[shard] = future.result(timeout=CONNECT_S)
            tell()
            if client.status != "running":
                return failed
    return failed


@contextlib.contextmanager
def _quiet() -> typing.Iterator[None]:
    """Dask logs every lost connection, and here they are what is expected; Debian's Tornado warns of Debian's Dask."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        for logger, level in zip(loggers, before):
            logger.setLevel(level)
