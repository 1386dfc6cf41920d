// SPDX-License-Identifier: Apache-2.0
// Somebody who is told of every command that goes by: a trace file, a report, a digest.
//
//     sender -> TracingTarget -> drive
//                    \--> CommandSink, CommandSink, ...
//
// One thread at a time.
#pragma once

#include <string>

#include "harness/trace/command_record.h"
#include "mmc/result.h"

namespace burnrig::harness {

class CommandSink {
public:
    virtual ~CommandSink() = default;

    /// The command comes at that time; it is not carried out yet.
    virtual void begins(mmc::Duration /*at*/) {}
    /// It has been carried out. `command` still has its data; both live during the call only.
    virtual void command(const CommandRecord& record, const mmc::Command& command) = 0;
    /// A line from somebody who watches.
    virtual void mark(const std::string& /*text*/, mmc::Duration /*at*/) {}
    /// Writes what is buffered; says when anything could not be written. More may follow.
    virtual mmc::Result<void> finish() { return {}; }
};

} // namespace burnrig::harness
