# SPDX-License-Identifier: Apache-2.0
"""Several simulated drives at once: burnrig run --drive A ... --drive B ... -- COMMAND."""

import hashlib
import json
import os
import shutil

import pytest
from conftest import BLOCK, BURNRIG, burnrig, export, make_image, requires
from drive_client import Serve, command, ready, write

requires("cdrdao", "wodim", "sg_inq")


def written(tmp_path, blocks=300):
    """A data CD and the image on it."""
    image = make_image(tmp_path / "image.iso", blocks)
    run = burnrig("burn", "--disc", tmp_path / "source", "--medium", "cd-r-80", image)
    assert run.code == 0, run.text
    return tmp_path / "source", image.read_bytes()


def test_a_disc_is_copied_from_one_drive_to_the_other(tmp_path):
    source, image = written(tmp_path)
    copy = tmp_path / "copy"
    run = burnrig("run", "--drive", "generic-dvd-recorder", "--disc", source,
                  "--drive", "optiarc-ad-7280s", "--medium", "cd-r-80", "--disc", copy, "--json", tmp_path / "r.json",
                  "--", "cdrdao", "copy", "--source-device", "/dev/sr0", "--source-driver", "generic-mmc",
                  "--device", "/dev/sr1", "--driver", "generic-mmc", "--on-the-fly", "-n")
    assert run.code == 0, run.text
    assert export(copy, tmp_path / "copy.iso")[:len(image)] == image
    result = json.loads((tmp_path / "r.json").read_text())
    assert result["drive"] == "generic-dvd-recorder"
    assert [drive["drive"] for drive in result["further_drives"]] == ["optiarc-ad-7280s"]


def test_each_drive_has_its_nodes_its_disc_and_its_rules(tmp_path):
    source, image = written(tmp_path)
    run = burnrig("run", "--drive", "generic-dvd-recorder", "--medium", "none",
                  "--drive", "generic-dvd-recorder", "--disc", source, "--device", "/dev/cdrw9", "--generic", "/dev/sg9",
                  "--drive", "generic-dvd-recorder", "--medium", "cd-r-80",
                  "--fault", "at INQUIRY -> fail 04/44/00", "--", "sh", "-c",
                  'echo "$BURNRIG_DEVICES"; stat -c %n:%F:%t:%T /dev/sr0 /dev/cdrw9 /dev/sg2; '
                  'dd if=/dev/cdrw9 bs=2048 count=1 2>/dev/null | md5sum; '
                  'dd if=/dev/sr0 bs=2048 count=1 2>&1 >/dev/null | head -n 1; sg_inq /dev/sg9 | grep -c Product; '
                  'sg_inq /dev/sg2 >/dev/null 2>&1 || echo refused; ls /dev/sr1')
    lines = run.out.splitlines()
    assert lines[0] == "/dev/sr0 /dev/cdrw9 /dev/sr2"
    assert lines[1:4] == ["/dev/sr0:block special file:b:0", "/dev/cdrw9:block special file:b:9",
                          "/dev/sg2:character special file:15:2"]
    assert lines[4].split()[0] == hashlib.md5(image[:BLOCK]).hexdigest()
    assert "No medium found" in lines[5]
    assert lines[6:8] == ["2", "refused"]
    assert run.code != 0 and "/dev/sr1" in run.err  # that name was given away


def test_the_system_tells_of_the_drives(tmp_path):
    """What udev, libudev and the burners' own scans look for beside the nodes."""
    script = """
import glob, os
print(sorted(os.listdir('/sys/class/block')), sorted(glob.glob('/dev/s[rg][0-9]*')), os.path.realpath('/dev/cdrom'))
print(os.readlink('/dev/cdrom'), os.path.islink('/dev/cdrom'), 'sr1' in os.listdir('/dev'))
print(os.path.realpath('/sys/dev/block/11:1'), open('/sys/block/sr1/removable').read().strip())
print([open(path).read().strip() for path in sorted(glob.glob('/sys/bus/scsi/devices/*/model'))])
print(os.path.basename(os.readlink('/sys/class/scsi_generic/sg1')), os.path.exists('/sys/class/scsi_host/host1'))
class_directory = os.open('/sys/class/block', os.O_RDONLY)
print(os.stat('sr1/dev', dir_fd=class_directory).st_size, os.path.exists('/proc/sys/kernel/hostname'))
"""
    run = burnrig("run", "--drive", "generic-dvd-recorder", "--drive", "optiarc-ad-7280s", "--quiet",
                  "--", "/usr/bin/python3", "-c", script)
    assert run.out.splitlines() == [
        "['sr0', 'sr1'] ['/dev/sg0', '/dev/sg1', '/dev/sr0', '/dev/sr1'] /dev/sr0",
        "sr0 True True",
        "/sys/devices/burnrig/host1/target1:0:0/1:0:0:0/block/sr1 1",
        "['DVD RECORDER', 'DVD RW AD-7280S']",
        "sg1 True",
        "5 True"], run.text
    run = burnrig("run", "--drive", "optiarc-ad-7280s", "--quiet", "--", "sh", "-c",
                  "cat /proc/sys/dev/cdrom/info; cdrdao scanbus; wodim --devices; "
                  "grep -h MODEL /run/udev/data/b11:0")
    assert "drive name:\t\tsr0" in run.out and "Can write DVD-RAM:\t1" in run.out
    assert "/dev/sr0 : Optiarc , DVD RW AD-7280S , 1.01" in run.text
    assert "wodim: Overview of accessible drives (1 found)" in run.text
    assert "E:ID_MODEL=DVD RW AD-7280S" in run.out


def test_udevs_links_lead_to_the_drives(tmp_path):
    script = """
import glob, os, stat
for link in sorted(glob.glob('/dev/disk/by-*/*')):
    print(link.split('/')[-1], os.readlink(link), os.path.realpath(link), stat.S_ISBLK(os.stat(link).st_mode))
os.chdir('/dev')
print('disk' in os.listdir('.'), os.path.samefile('sr1', 'disk/by-path/pci-0000:00:1f.2-ata-2'))
"""
    run = burnrig("run", "--drive", "generic-dvd-recorder", "--drive", "pioneer-dvr-111", "--quiet",
                  "--", "/usr/bin/python3", "-c", script)
    assert run.out.splitlines() == [
        "ata-BURNRIG_DVD_RECORDER_000000000001 ../../sr0 /dev/sr0 True",
        "ata-PIONEER_DVD-RW_DVR-111 ../../sr1 /dev/sr1 True",
        *(f"{name}{part} ../../sr{drive} /dev/sr{drive} True"
          for drive, name in enumerate(["pci-0000:00:1f.2-ata-1", "pci-0000:00:1f.2-ata-2"]) for part in ("", ".0")),
        "True True"], run.text
    run = burnrig("run", "--host", "plain", "--quiet", "--", "sh", "-c",
                  "ls /dev/disk/by-id; find /dev -name 's[rg]0' | sort; grep ^S: /run/udev/data/b11:0; "
                  "wodim dev=/dev/disk/by-id/scsi-SBURNRIG_DVD_RECORDER_000000000001 -checkdrive | grep Identification")
    assert run.out.splitlines() == [
        "scsi-SBURNRIG_DVD_RECORDER_000000000001", "/dev/sg0", "/dev/sr0", "S:cdrom",
        "S:disk/by-id/scsi-SBURNRIG_DVD_RECORDER_000000000001", "S:disk/by-path/pci-0000:00:10.0-scsi-0:0:1:0",
        "Identification : 'DVD RECORDER    '"], run.text


def test_the_system_knows_the_size_of_the_disc(tmp_path):
    source, image = written(tmp_path)
    run = burnrig("run", "--disc", source, "--quiet", "--", "sh", "-c", "S=/sys/class/block/sr0; cat $S/size; : </dev/sr0; "
                  "cat $S/size; ls -A $S/device/block/sr0")
    before, after, *files = run.out.splitlines()
    assert int(before) == 0x1FFFFF and int(after) == len(image) // 512 and "size" in files and ".size" not in files, run.text


def test_a_program_may_work_in_the_directories_of_the_system():
    """lsscsi goes into them and asks where it is; what is relative counts from there."""
    run = burnrig("run", "--medium", "cd-r-80", "--quiet", "--", "sh", "-c", "cd /sys/bus/scsi/devices/0:0:0:0 && pwd -P && "
                  "cat block/sr0/dev && cd block/sr0 && pwd -P && cat removable && cd ../../generic && cat dev && cd / && "
                  "pwd -P && cd sys/class/block && ls && cd /usr && pwd -P")
    place = "/sys/devices/burnrig/host0/target0:0:0/0:0:0:0"
    assert run.out.splitlines() == [place, "11:0", place + "/block/sr0", "1", "21:0", "/", "sr0", "/usr"], run.text


def test_programs_that_make_system_calls_themselves(tmp_path):
    """openat2 has no function in the C library: programs call syscall()."""
    script = """
import ctypes, errno, os, stat, struct, time
libc = ctypes.CDLL(None, use_errno=True)
def openat2(path, flags, resolve=0, directory=-100, mode=0):
    how = struct.pack('=QQQ', flags, mode, resolve)
    result = libc.syscall(437, directory, path.encode(), how, len(how))
    return 'a node' if result >= 0 and stat.S_ISBLK(os.fstat(result).st_mode) else errno.errorcode[ctypes.get_errno()]
quick = os.O_NONBLOCK | os.O_CLOEXEC
dev = os.open('/dev', os.O_RDONLY)
NO_XDEV, NO_SYMLINKS, BENEATH = 1, 4, 8
print(openat2('/dev/sr0', quick), openat2('sr0', quick, BENEATH, dev), openat2('cdrom', quick, directory=dev))
print(openat2('/dev/sr0', 1 << 40), openat2('/dev/sr0', quick, 1 << 20), openat2('/dev/sr0', quick, mode=0o600))
print(openat2('/dev/sr0', quick, BENEATH), openat2('/dev/cdrom', quick, NO_SYMLINKS), openat2('/dev/none', quick))
node = libc.syscall(257, -100, b'/dev/sr0', quick)                                    # openat
print(libc.syscall(16, node, 0x5326, 0), libc.syscall(0, node, ctypes.create_string_buffer(9), 9))  # ioctl, read
word, limit = ctypes.c_int(3), struct.pack('=qq', 3600, 0)
before = time.monotonic()
print(libc.syscall(202, ctypes.byref(word), 128, 3, limit, 0, 0), errno.errorcode[ctypes.get_errno()],  # futex
      round(time.monotonic() - before))
"""
    source, _ = written(tmp_path)
    run = burnrig("run", "--disc", source, "--quiet", "--", "/usr/bin/python3", "-c", script)
    assert run.out.splitlines() == [
        "a node a node a node", "EINVAL EINVAL EINVAL", "EXDEV ELOOP ENOENT", "4 9", "-1 ETIMEDOUT 3600"], run.text


def test_serve_offers_several_drives_each_in_a_folder_of_its_own(tmp_path):
    if not os.path.exists("/dev/fuse") or os.geteuid() != 0 and not shutil.which("fusermount3"):
        pytest.skip("FUSE is not there")
    source, image = written(tmp_path)
    copy = tmp_path / "copy"
    with Serve(tmp_path, "--drive", "generic-dvd-recorder", "--disc", source, "--drive", "optiarc-ad-7280s", "--medium", "dvd-ram", "--disc", copy,
               "--trace", tmp_path / "second.jsonl", "--fault", "no-such-sense: at LOG_SENSE -> fail 05/20/00",
               "--drive", "generic-bd-recorder", "--medium", "none") as rig:
        assert sorted(os.listdir(rig.folder)) == ["1", "2", "3"]
        assert [drive["device"] for drive in rig.ready["drives"]] == [str(rig.folder / f"{n}/sr") for n in (1, 2, 3)]
        assert rig.ready["device"] == rig.ready["drives"][0]["device"]
        second = os.open(rig.folder / "2/sr", os.O_RDWR | os.O_NONBLOCK)
        ready(second), ready(second)  # the unit attentions
        for lba in range(0, 300, 10):
            assert write(second, lba, (rig.folder / "1/disc.iso").read_bytes()[lba * BLOCK:][:10 * BLOCK])[0] == 0
        assert command(second, [0x35] + [0] * 9)[0] == 0  # SYNCHRONIZE CACHE
        assert "plugged: false" in rig.ctl("--drive", 2, "unplug").out
        with pytest.raises(OSError, match="No such device"):
            ready(second)
        assert {"sr", "sg"} & set(os.listdir(rig.folder / "2")) == set() and "sr" in os.listdir(rig.folder / "3")
        with pytest.raises(FileNotFoundError):
            os.open(rig.folder / "2/sr", os.O_RDONLY)
        rig.tell("2/control", "plug")
        with pytest.raises(OSError, match="No such device"):
            ready(second)  # was opened before
        os.close(second)
        with open(rig.folder / "2/sr", "rb", buffering=0) as again:
            assert again.read(BLOCK) == image[:BLOCK]
        assert (rig.folder / "2/disc.iso").read_bytes()[:len(image)] == image
        assert not (rig.folder / "3/disc.iso").exists() or not (rig.folder / "3/disc.iso").read_bytes()
        # Each is asked by its number, or in its own folder.
        for drive, name in enumerate(["generic-dvd-recorder", "optiarc-ad-7280s", "generic-bd-recorder"], 1):
            assert f"drive: {name}" in rig.ctl("--drive", drive, "status").out
        assert "drive: generic-dvd-recorder" in rig.ctl("status").out
        assert "no-such-sense" in rig.ctl("--drive", 2, "list").out and rig.ctl("list").out == ""
        assert rig.ctl("--drive", 3, "insert", "bd-re-25").code == 0
        rig.tell("2/control", "eject")
        trays = [json.loads(rig.text(f"{n}/status.json"))["tray"] for n in (1, 2, 3)]
        assert trays == ["closed", "open", "closed"]
        fourth = rig.ctl("--drive", 4, "status")
        assert fourth.code == 1 and "there is no drive 4: the rig has 3" in fourth.err
        into = rig.ctl("--drive", 2, "insert", rig.folder / "1")
        assert into.code == 1 and "own folder" in into.err
    assert export(copy, tmp_path / "copy.iso")[:len(image)] == image
    assert "WRITE_10" in (tmp_path / "second.jsonl").read_text()


def test_ctl_asks_each_drive_of_a_run(tmp_path):
    run = burnrig("run", "--socket", tmp_path / "control", "--drive", "generic-dvd-recorder", "--medium", "none",
                  "--drive", "optiarc-ad-7280s", "--medium", "none", "-q", "--", "sh", "-c",
                  f"{BURNRIG} ctl --drive 2 $0 insert dvd+rw; {BURNRIG} ctl $0 insert cd-r-80; "
                  f"{BURNRIG} ctl --drive 2 $0 unplug; {BURNRIG} ctl --drive 3 $0 status; ls /dev/sr0 /dev/sr1",
                  tmp_path / "control")
    assert run.out.splitlines() == ["medium: dvd+rw", "medium: cd-r-80", "drive: 2", "plugged: false", "/dev/sr0"], run.text
    assert "there is no drive 3: the rig has 2" in run.err and "'/dev/sr1'" in run.err


def test_wrong_options_name_the_drive():
    run = burnrig("run", "--drive", "generic-dvd-recorder", "--drive", "no-such-drive", "--", "true")
    assert run.code == 125 and "drive 2: unknown drive" in run.err
    run = burnrig("run", "--drive", "generic-dvd-recorder", "--drive", "generic-dvd-recorder", "--time", "real", "--",
                  "true")
    assert run.code == 2 and "one time" in run.err
    run = burnrig("run", "--drive", "generic-dvd-recorder", "--drive", "generic-dvd-recorder", "--device", "/dev/sr0",
                  "--", "true")
    assert run.code == 125 and "two devices are called '/dev/sr0'" in run.err
    run = burnrig("run", "--via", "fuse", "--drive", "generic-dvd-recorder", "--drive", "generic-dvd-recorder",
                  "--", "true")
    assert run.code == 125 and "one drive" in run.err
    run = burnrig("serve", "--cuse", "sr7", "--drive", "generic-dvd-recorder", "--drive", "no-such-drive")
    assert run.code == 3 and "drive 2: unknown drive" in run.err
