# SPDX-License-Identifier: Apache-2.0
"""A program of our own that sends commands through SG_IO, and a drive that `burnrig serve` offers."""

import ctypes
import fcntl
import json
import os
import shutil
import subprocess

from conftest import BURNRIG, burnrig, lacking

SG_IO = 0x2285
NONE, TO_DRIVE, FROM_DRIVE = -1, -2, -3


class SgIoHdr(ctypes.Structure):
    """struct sg_io_hdr of <scsi/sg.h>."""

    _fields_ = [("interface_id", ctypes.c_int), ("dxfer_direction", ctypes.c_int), ("cmd_len", ctypes.c_ubyte),
                ("mx_sb_len", ctypes.c_ubyte), ("iovec_count", ctypes.c_ushort), ("dxfer_len", ctypes.c_uint),
                ("dxferp", ctypes.c_void_p), ("cmdp", ctypes.c_void_p), ("sbp", ctypes.c_void_p),
                ("timeout", ctypes.c_uint), ("flags", ctypes.c_uint), ("pack_id", ctypes.c_int),
                ("usr_ptr", ctypes.c_void_p), ("status", ctypes.c_ubyte), ("masked_status", ctypes.c_ubyte),
                ("msg_status", ctypes.c_ubyte), ("sb_len_wr", ctypes.c_ubyte), ("host_status", ctypes.c_ushort),
                ("driver_status", ctypes.c_ushort), ("resid", ctypes.c_int), ("duration", ctypes.c_uint),
                ("info", ctypes.c_uint)]


class Packet:
    """One command with its buffers, ready to be sent by ioctl() or by write()."""

    def __init__(self, cdb, data=b"", receive=0):
        self.block = (ctypes.c_ubyte * len(cdb))(*cdb)
        self.sense = (ctypes.c_ubyte * 32)()
        self.buffer = ctypes.create_string_buffer(bytes(data), len(data)) if data else \
            ctypes.create_string_buffer(receive or 1)
        direction = TO_DRIVE if data else FROM_DRIVE if receive else NONE
        self.header = SgIoHdr(interface_id=ord("S"), dxfer_direction=direction, cmd_len=len(cdb),
                              mx_sb_len=len(self.sense), dxfer_len=len(data) or receive,
                              dxferp=ctypes.addressof(self.buffer), cmdp=ctypes.addressof(self.block),
                              sbp=ctypes.addressof(self.sense), timeout=60000)


def command(file, cdb, data=b"", receive=0):
    """Sends one command: its status, its sense as "5/21/00", and what came back."""
    packet = Packet(cdb, data, receive)
    header, sense = packet.header, packet.sense
    fcntl.ioctl(file, SG_IO, header)
    key = f"{sense[2] & 15:x}/{sense[12]:02x}/{sense[13]:02x}" if header.status else ""
    return header.status, key, packet.buffer.raw[:receive - header.resid] if receive else b""


def ready(file):
    return command(file, [0] * 6)


def write(file, lba, data):
    return command(file, bytes([0x2A, 0]) + lba.to_bytes(4, "big") + b"\0" + (len(data) // 2048).to_bytes(2, "big") + b"\0",
                   data)


def read(file, lba, blocks):
    return command(file, bytes([0x28, 0]) + lba.to_bytes(4, "big") + b"\0" + blocks.to_bytes(2, "big") + b"\0",
                   receive=blocks * 2048)


def requires_fuse():
    """Ends the whole file with exit code 77 where nobody can mount a FUSE folder."""
    if not os.path.exists("/dev/fuse") or os.geteuid() != 0 and not shutil.which("fusermount3"):
        lacking("FUSE is not there (/dev/fuse, and for users fusermount3)")


class Serve:
    """burnrig serve, until the end of the with block; then it must have ended well."""

    def __init__(self, tmp_path, *options):
        self.folder = tmp_path / "drive"
        self.socket = tmp_path / "control"
        self.command = [BURNRIG, "serve", "-q", "--fuse", self.folder, "--socket", self.socket, *options]

    def __enter__(self):
        self.process = subprocess.Popen(list(map(str, self.command)), stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        if kind is None:
            assert code == 0
            assert not self.folder.exists() and not self.socket.exists()

    def ctl(self, *words):
        return burnrig("ctl", self.socket, *words)

    def text(self, name):
        return (self.folder / name).read_text()

    def tell(self, name, line):
        (self.folder / name).write_text(line)
