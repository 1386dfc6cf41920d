# SPDX-License-Identifier: Apache-2.0
"""Goal: an open /dev/sg0 is waited for as the kernel's: poll, select, epoll and SIGIO tell of replies, in any thread.

Method: a Python program in the rig writes commands to it, and the oldest of sg3-utils' readers copies a disc."""

import pytest
from conftest import BLOCK, burnrig, make_image, requires

requires("sgp_dd", "sgm_dd")

# A TEST UNIT READY by write(), and what reads its reply.
COMMANDS = """
import ctypes, fcntl, os, select, signal, struct, threading, time
cdb = ctypes.create_string_buffer(bytes(6))
sense = ctypes.create_string_buffer(32)
header = struct.pack('@iiBBHIPPPIIiPBBBBHHiII0P', ord('S'), -1, 6, 32, 0, 0, 0, ctypes.addressof(cdb),
                     ctypes.addressof(sense), 60000, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
node = os.open('/dev/sg0', os.O_RDWR | os.O_NONBLOCK)
def ready(limit=0):
    return [len(files) for files in select.select([node], [node], [], limit)[:2]]
def names(events):
    return '|'.join(name for name in ('IN', 'OUT', 'HUP') if events & getattr(select, 'EPOLL' + name))
"""


def in_rig(script, *options):
    run = burnrig("run", "--quiet", *options, "--", "/usr/bin/python3", "-c", COMMANDS + script, timeout=20)
    assert run.code == 0, run.text
    return run.out.splitlines()


def test_select_poll_and_epoll_tell_of_a_reply():
    assert in_rig("""
waiter = select.epoll()
waiter.register(node, select.EPOLLIN | select.EPOLLOUT)
poll = select.poll()
poll.register(node)
def all_say():
    return ready(), [names(events) for _, events in waiter.poll(0)], [names(events) for _, events in poll.poll(0)]
print(*all_say())
for _ in range(2): os.write(node, header)
print(*all_say())
os.read(node, len(header))
print(*all_say())
while ready()[1]: os.write(node, header)
print(*all_say())
print(len(select.select([node], [], [], 3600)[0]))
while ready()[0]: os.read(node, len(header))
before = time.monotonic()
print(*all_say(), len(select.select([node], [], [], 3600)[0]), round(time.monotonic() - before))
""") == ["[0, 1] ['OUT'] ['OUT']", "[1, 1] ['IN|OUT'] ['IN|OUT']", "[1, 1] ['IN|OUT'] ['IN|OUT']", "[1, 0] ['IN'] ['IN']",
         "1", "[0, 1] ['OUT'] ['OUT'] 0 3600"]


@pytest.mark.parametrize("time", ["virtual", "x1000"])
def test_one_thread_waits_for_what_another_one_sends(time):
    assert in_rig("""
def wait():
    for _ in range(5):
        select.select([node], [], [])
        print(len(os.read(node, len(header))))
reader = threading.Thread(target=wait)
reader.start()
for _ in range(5):
    time.sleep(0.1)  # of drive time
    os.write(node, header)
reader.join()
signal.signal(signal.SIGIO, lambda number, frame: print('SIGIO'))
fcntl.fcntl(node, fcntl.F_SETOWN, os.getpid())
fcntl.fcntl(node, fcntl.F_SETFL, fcntl.fcntl(node, fcntl.F_GETFL) | os.O_ASYNC)
os.write(node, header)
print(ready())
""", "--time", time) == ["88"] * 5 + ["SIGIO", "[1, 1]"]


def test_it_is_still_the_node_of_the_drive(tmp_path):
    """Its file is no longer a memory file underneath: descriptors, exec, exclusive opens and the last close as before."""
    assert in_rig("""
import stat, subprocess
print(stat.S_ISCHR(os.fstat(node).st_mode), os.fstat(node).st_rdev == os.makedev(21, 0))
print(subprocess.run(['sh', '-c', 'sg_inq /dev/fd/%d | grep -c Product; cat <&%d' % (node, node)], pass_fds=[node],
                     capture_output=True, text=True).stdout.strip())
os.close(node)
held = os.open('/dev/sg0', os.O_RDWR | os.O_EXCL)
try: os.open('/dev/sg0', os.O_RDWR | os.O_NONBLOCK)
except OSError as error: print(error.strerror)
os.close(held)
os.close(os.open('/dev/sg0', os.O_RDONLY))
try: os.lseek(os.open('/dev/sg0', os.O_RDONLY), 0, 0)
except OSError as error: print(error.strerror)
""") == ["True True", "2", "Device or resource busy", "Illegal seek"]


def test_the_reserved_buffer_can_be_mapped(tmp_path):
    image = make_image(tmp_path / "image.iso", 300)
    assert burnrig("burn", "--disc", tmp_path / "disc", "--medium", "cd-r-80", image).code == 0
    assert in_rig("""
import errno, mmap
os.open('/dev/sr0', os.O_RDONLY)
def mapped(length, **options):
    try: return mmap.mmap(node, length, **options)
    except OSError as error: return errno.errorcode[error.errno]
def size_set(size):
    try: return fcntl.ioctl(node, 0x2275, struct.pack('i', size)) and 'set'
    except OSError as error: return errno.errorcode[error.errno]
def command(cdb_bytes, length, flags=4, address=0):
    cdb = ctypes.create_string_buffer(bytes(cdb_bytes))
    packet = bytearray(struct.pack('@iiBBHIPPPIIiPBBBBHHiII0P', ord('S'), -3, len(cdb_bytes), 32, 0, length, address,
                       ctypes.addressof(cdb), ctypes.addressof(sense), 60000, flags, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    try: fcntl.ioctl(node, 0x2285, packet)
    except OSError as error: return errno.errorcode[error.errno]
    return packet[64]
print(size_set(65536), mapped(65537), mapped(4096, offset=4096), command([0] * 6, 65537), command([0] * 6, 8, 5))
buffer = mapped(65536)
read = [0x28, 0, 0, 0, 0, 10, 0, 0, 20, 0]
print(command(read, 20 * 2048), size_set(65536), size_set(4096))
open('read', 'wb').write(buffer[:20 * 2048])
twin = mapped(4096, prot=mmap.PROT_READ)
os.close(node)
print(twin[:8] == buffer[:8])
node = os.open('/dev/sg0', os.O_RDONLY)
print(mapped(4096), type(mapped(4096, prot=mmap.PROT_READ)).__name__)
node = os.open('/dev/sr0', os.O_RDONLY)
print(mapped(4096, prot=mmap.PROT_READ))
""".replace("'read', 'wb'", f"'{tmp_path}/read', 'wb'"), "--disc", tmp_path / "disc") == [
        "set ENOMEM EINVAL ENOMEM EINVAL", "0 set EBUSY", "True", "EACCES mmap", "ENODEV"]
    assert (tmp_path / "read").read_bytes() == image.read_bytes()[10 * BLOCK:30 * BLOCK]


@pytest.mark.parametrize("reader", ["sgp_dd", "sgm_dd"])
def test_sg3_utils_copies_a_disc(reader, tmp_path):
    image = make_image(tmp_path / "image.iso", 700)
    assert burnrig("burn", "--disc", tmp_path / "disc", "--medium", "cd-r-80", image).code == 0
    copy = f": </dev/sr0; {reader} if=/dev/sg0 of=out bs=2048 count=700" + (" thr=3" if reader == "sgp_dd" else "")
    run = burnrig("run", "--disc", tmp_path / "disc", "--", "sh", "-c", f"cd $0; {copy}", tmp_path)  # opening takes the UAs
    assert run.code == 0, run.text
    assert (tmp_path / "out").read_bytes() == image.read_bytes()
    assert len(image.read_bytes()) == 700 * BLOCK
