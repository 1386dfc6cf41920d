// SPDX-License-Identifier: Apache-2.0
// A Rust program, linked statically, that finds the drive, sends it a command and reads its disc. No crates:
//     rustc -C target-feature=+crt-static -o client rust_client.rs
use std::fs::{metadata, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::AsRawFd;
use std::os::raw::{c_int, c_ulong, c_void};
use std::os::unix::fs::FileTypeExt;

/// struct sg_io_hdr of <scsi/sg.h>.
#[repr(C)]
struct SgIoHdr {
    interface_id: c_int,
    direction: c_int,
    cdb_bytes: u8,
    sense_bytes: u8,
    pieces: u16,
    bytes: u32,
    data: *mut c_void,
    cdb: *const u8,
    sense: *mut u8,
    timeout_ms: u32,
    flags: u32,
    pack_id: c_int,
    user: *mut c_void,
    status: u8,
    masked_status: u8,
    message_status: u8,
    sense_written: u8,
    host_status: u16,
    driver_status: u16,
    residual: c_int,
    duration_ms: u32,
    info: u32,
}

extern "C" {
    fn ioctl(file: c_int, request: c_ulong, ...) -> c_int;
}

fn inquiry(file: &File) -> (c_int, u8, String) {
    let cdb = [0x12u8, 0, 0, 0, 36, 0];
    let mut data = [0u8; 36];
    let mut sense = [0u8; 32];
    let mut header = SgIoHdr {
        interface_id: 'S' as c_int, direction: -3, cdb_bytes: 6, sense_bytes: 32, pieces: 0,
        bytes: 36, data: data.as_mut_ptr().cast(), cdb: cdb.as_ptr(), sense: sense.as_mut_ptr(),
        timeout_ms: 10000, flags: 0, pack_id: 0, user: std::ptr::null_mut(), status: 0xFF,
        masked_status: 0, message_status: 0, sense_written: 0, host_status: 0, driver_status: 0,
        residual: 0, duration_ms: 0, info: 0,
    };
    let result = unsafe { ioctl(file.as_raw_fd(), 0x2285, &mut header as *mut SgIoHdr) };
    (result, header.status, String::from_utf8_lossy(&data[8..16]).trim_end().to_string())
}

fn main() -> std::io::Result<()> {
    println!("block {}", metadata("/dev/sr0")?.file_type().is_block_device());
    let mut file = OpenOptions::new().read(true).open("/dev/sr0")?;
    let (result, status, vendor) = inquiry(&file);
    println!("inquiry {result} {status} {vendor}");
    let mut block = [0u8; 2048];
    file.seek(SeekFrom::Start(2048))?;
    file.read_exact(&mut block)?;
    let start: String = block[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    println!("read {start}");
    // As programs with several threads do.
    let other = std::thread::spawn(|| File::open("/dev/sg0").map(|sg| inquiry(&sg).2));
    println!("thread {}", other.join().unwrap()?);
    Ok(())
}
