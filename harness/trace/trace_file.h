// SPDX-License-Identifier: Apache-2.0
// Trace files, of a kind that the path's ending tells:
//
//     trace.jsonl    one line of JSON for each command (any other ending too)
//     trace.pcapng   for Wireshark and tshark (pcapng_trace.h)
//
//     {"burnrig":"0.1.0","seed":1,"drive":"generic-dvd-recorder",...}                  first line
//     {"n":1,"at":0.000100000,"command":"INQUIRY","cdb":"12 00 ...","in":36,"status":0,
//      "took":0.000100000}
//     {"n":9,...,"status":2,"sense":"70 00 03 ...","means":"03/73/03 MEDIUM ERROR, ..."}
//     {"mark":"here it begins","at":12.500000000}
//
// Times are seconds of drive time with nine decimals, so that equal runs give equal bytes. One
// thread at a time.
#pragma once

#include <memory>
#include <string>

#include "harness/rig/identity.h"
#include "harness/trace/command_sink.h"

namespace burnrig::harness {

struct TraceOptions {
    std::string path;
    std::uint32_t snap_bytes = 256; ///< of a command's data, for traces that hold data
};

/// The file is made new.
mmc::Result<std::unique_ptr<CommandSink>> make_trace_file(const TraceOptions& options,
                                                          const RunIdentity& identity);

} // namespace burnrig::harness
