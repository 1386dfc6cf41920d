// SPDX-License-Identifier: Apache-2.0
// What the parts of the ioctl probe share. A row is one call and what came of it:
//
//     NAME <tab> RETURN <tab> ERRNO <tab> OUTPUT
//
// Output buffers are filled with A5 first, so that A5 in a row means "not written". Up to 64 bytes
// are shown in hex, of longer ones the first 16 and a digest of all.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FILL 0xA5
/// An address where no program has memory.
#define BAD_ADDRESS ((void*)16)

/// What the names of rows begin with from now on.
void section(const char* name);
/// One row. `output` may be NULL.
void row(const char* name, long result, int error, const void* output, size_t length);
/// The same with words of the caller's own for the output.
void row_text(const char* name, long result, int error, const char* format, ...)
    __attribute__((format(printf, 4, 5)));

/// Fills a buffer with the pattern.
void fill(void* buffer, size_t length);
/// ioctl() and its errno (0 when it did not fail).
long call(int file, unsigned long request, void* argument, int* error);
/// A call with a number or nothing for its argument; prints its row.
void value_row(int file, const char* name, unsigned long request, unsigned long value);
/// A call with a buffer that goes in and comes out; prints its row.
void buffer_row(int file, const char* name, unsigned long request, void* buffer, size_t length);
/// The same without showing what came out, for what differs from host to host.
void quiet_row(int file, const char* name, unsigned long request, void* buffer);
/// Calls with NULL and with a bad address.
void pointer_rows(int file, const char* name, unsigned long request);

/// Which node a file is; a few numbers differ.
enum node_kind { sr_node, sg_node, bsg_node };

// The parts, each a function on an open file.
void probe_cdrom(int file);
void probe_audio_and_sectors(int file);
void probe_dvd(int file);
void probe_packet(int file);
void probe_scsi(int file);
void probe_sg_io(int file, enum node_kind kind);
void probe_filter(int file, const char* mode);
void probe_block(int file);
void probe_read_write(const char* path);
void probe_opens(const char* path);
void probe_doors(const char* path);
void probe_options(const char* path);
void probe_generic(const char* path);
void probe_bsg(const char* path);
