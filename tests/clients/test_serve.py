# SPDX-License-Identifier: Apache-2.0
"""Goal: one `burnrig serve` bears many programs that come, burn and die at any moment, and clients of its socket that mean
it harm: nothing of theirs stays behind, and the drive stays right.

Method: a hundred processes of our own, whose deeds and deaths are drawn from a seed."""

import json
import os
import random
import select
import signal
import socket
import subprocess
import time

from conftest import BLOCK, make_image, requires
from drive_client import Serve, command, read, ready, requires_fuse, write

requires("wodim", "setpriv")
requires_fuse()

CLIENTS, DEEDS, GROUP, GROUPS = 100, 30, 16, 64  # blocks of a write, writes that fill the part of the disc in use


def blocks(client, deed, group):
    """16 blocks that say who wrote them, when, and where; all of it in every one."""
    mark = client.to_bytes(4, "big") + deed.to_bytes(4, "big") + group.to_bytes(4, "big") + b"mark"
    return mark * (BLOCK // len(mark) * GROUP)


def be_a_client(folder, client):
    """Draws its deeds from its number; ends by itself, if it is let."""
    chance = random.Random(client)
    drive = os.open(folder / chance.choice(["sr", "sg"]), os.O_RDWR | os.O_NONBLOCK)
    for deed in range(DEEDS):
        group = chance.randrange(GROUPS)
        kind = chance.randrange(7)
        if kind == 0:
            os.open(folder / chance.choice(["sr", "sg", "disc.iso", "status.json"]), os.O_RDONLY | os.O_NONBLOCK)
        elif kind == 1:
            (folder / "status.json").read_text()
        elif kind == 2:
            read(drive, group * GROUP, GROUP)
        elif kind == 3:
            ready(drive)
        else:
            write(drive, group * GROUP, blocks(client, deed, group))


def footprint(process):
    """Open files, and memory in KiB."""
    status = open(f"/proc/{process}/status").read().splitlines()
    return len(os.listdir(f"/proc/{process}/fd")), next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def start_clients(folder):
    children = {}
    for client in range(1, CLIENTS + 1):
        if (child := os.fork()) == 0:
            try:
                be_a_client(folder, client)
            finally:
                os._exit(0)
        children[client] = child
    return children


def kill_at_random(children):
    """Half of them, one by one, each after some of the others have come to an end or to a deed."""
    chance = random.Random(6)
    for client in chance.sample(sorted(children), CLIENTS // 2):
        select.select([], [], [], chance.random() * 0.01)
        os.kill(children[client], signal.SIGKILL)
    limit = time.monotonic() + 60
    for child in children.values():
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > limit:
                os.kill(child, signal.SIGKILL)
            select.select([], [], [], 0.01)
    assert time.monotonic() < limit, "the clients did not come to their end by themselves"


def test_a_hundred_clients_come_and_die(tmp_path):
    shared = sorted(os.listdir("/dev/shm"))
    with Serve(tmp_path, "--medium", "dvd-ram", "--drive", "generic-bd-recorder", "--time", "x100", "--unlimited-speed",
               "--fault", "slow: at TEST_UNIT_READY -> take 1s") as rig:
        with open(rig.folder / "sg", "r+b", buffering=0) as drive:
            while ready(drive)[0]:
                pass
            for group in range(GROUPS):
                assert write(drive, group * GROUP, blocks(0, 0, group))[0] == 0
        (rig.folder / "status.json").read_text()
        before = footprint(rig.process.pid)
        kill_at_random(start_clients(rig.folder))
        with open(rig.folder / "sg", "r+b", buffering=0) as drive:
            writers = set()
            for group in range(GROUPS):
                status, sense, data = read(drive, group * GROUP, GROUP)
                assert status == 0, sense
                client, deed = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
                assert data == blocks(client, deed, group), f"group {group} is of more than one writer"
                writers.add(client)
            assert len(writers) > 10
            assert ready(drive)[0] == 0
        status = json.loads((rig.folder / "status.json").read_text())
        assert status["door"] == "unlocked" and status["tray"] == "closed"
        after = footprint(rig.process.pid)
        assert after[0] == before[0], "files were left open"
        assert after[1] < before[1] + 16 * 1024, "memory was left behind"
    assert sorted(os.listdir("/dev/shm")) == shared


def test_a_burner_killed_in_mid_burn_leaves_a_drive_to_go_on_with(tmp_path):
    image = make_image(tmp_path / "image.iso", 3000)
    with Serve(tmp_path, "--medium", "cd-rw-80", "--time", "x20") as rig:
        device = f"dev={rig.folder}/sr"
        for _ in range(2):
            burner = subprocess.Popen(["wodim", "-v", "-s", "-tao", device, image], stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL)
            seen = b""
            while b"MB written" not in seen and (byte := os.read(burner.stdout.fileno(), 64)):
                seen = seen[-64:] + byte
            burner.kill()
            burner.wait()
            burner.stdout.close()
            rig.ctl("time", "virtual")
            subprocess.run(["wodim", "-s", "blank=all", device], capture_output=True, check=False)
            assert rig.ctl("time", "x20").code == 0
        rig.ctl("time", "virtual")
        subprocess.run(["wodim", "-s", "blank=all", device], capture_output=True, check=True)
        burn = subprocess.run(["wodim", "-s", "-tao", device, image], capture_output=True, text=True)
        assert burn.returncode == 0, burn.stderr
        assert (rig.folder / "disc.iso").read_bytes() == image.read_bytes()


def ask(path, data, answers=True):
    """One connection; what came back until the rig closed it, or until a line had come."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))  # waits where the queue is full
        client.settimeout(60)
        try:
            client.sendall(data)
            reply = b""
            while answers and not reply.endswith(b"\n") and (part := client.recv(65536)):
                reply += part
            return reply
        except (BrokenPipeError, ConnectionResetError):
            return b""


def test_hostile_clients_of_the_socket(tmp_path):
    chance = random.Random(1)
    with Serve(tmp_path, "--medium", "cd-r-80") as rig:
        assert os.stat(rig.socket).st_mode & 0o777 == 0o600
        before = footprint(rig.process.pid)
        for nonsense in [b"\n", b"{}\n", b'{"do":7}\n', b'{"do":"inject","argument":[1]}\n', b"[" * 60000 + b"\n",
                         b'{"do":"inject","argument":"' + b"x" * 60000 + b'"}\n', b"\xff\xfe\x00\n",
                         b'{"do":"insert","argument":"/dev/zero"}\n', b'{"do":"insert","argument":"no-such"}\n',
                         b'{"do":"eject","argument":"slowly"}\n', b'{"do":"time","argument":"x0"}\n',
                         *(chance.randbytes(500).replace(b"\n", b" ") + b"\n" for _ in range(20))]:
            assert json.loads(ask(rig.socket, nonsense))["ok"] is False, nonsense[:60]
        assert b"at most" in ask(rig.socket, b"x" * 66000)
        for _ in range(50):
            ask(rig.socket, b'{"do":"status"}', answers=False)  # goes in the middle of its request
        link = tmp_path / "link"
        link.symlink_to(rig.socket)
        assert "symbolic link" in subprocess.run(
            [os.environ.get("BURNRIG", "burnrig"), "ctl", link, "status"], capture_output=True, text=True).stderr
        status = json.loads(ask(rig.socket, b'{"do":"status"}\n'))
        assert status["ok"] and status["rules"] == 0 and status["tray"] == "closed"
        with open(rig.folder / "sg", "rb", buffering=0) as drive:
            assert command(drive, [0x12, 0, 0, 0, 36, 0], receive=36)[0] == 0
        assert footprint(rig.process.pid)[0] == before[0]


def test_a_socket_path_that_is_a_link_is_not_served(tmp_path):
    target = tmp_path / "elsewhere"
    link = tmp_path / "control"
    link.symlink_to(target)
    run = subprocess.run([os.environ.get("BURNRIG", "burnrig"), "serve", "--socket", link], capture_output=True, text=True,
                         timeout=60)
    assert run.returncode == 3 and not target.exists() and link.is_symlink()
