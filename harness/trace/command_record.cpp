// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/command_record.h"

#include <algorithm>
#include <iterator>

#include "mmc/opcode.h"
#include "mmc/seconds.h"
#include "mmc/sense.h"
#include "mmc/system_error.h"

namespace burnrig::harness {

using mmc::seconds;

CommandRecord make_record(std::uint64_t number, mmc::Duration at, const mmc::Command& command,
                          const mmc::Completion& completion) {
    CommandRecord record;
    record.number = number;
    record.at = at;
    const auto length = std::min(command.cdb.size(), record.cdb_bytes.size());
    std::copy_n(command.cdb.begin(), length, record.cdb_bytes.begin());
    record.cdb_length = static_cast<std::uint8_t>(length);
    record.out = static_cast<std::uint32_t>(command.data_out.size());
    record.in = static_cast<std::uint32_t>(command.data_in.size());
    record.completion = completion;
    return record;
}

void format_record(fmt::memory_buffer& line, const CommandRecord& record) {
    auto out = std::back_inserter(line);
    const auto& completion = record.completion;
    fmt::format_to(out, R"({{"n":{},"at":{:.9f},"command":"{}","cdb":"{:02X}")", record.number,
                   seconds(record.at), mmc::opcode_name(record.opcode()),
                   fmt::join(record.cdb(), " "));
    if (record.out > 0)
        fmt::format_to(out, R"(,"out":{})", record.out);
    if (record.in > 0)
        fmt::format_to(out, R"(,"in":{},"got":{})", record.in, completion.transferred);
    fmt::format_to(out, R"(,"status":{})", static_cast<int>(completion.status));
    if (completion.host != mmc::HostStatus::ok)
        fmt::format_to(out, R"(,"host":{})", static_cast<int>(completion.host));
    if (completion.system_error != 0)
        fmt::format_to(out, R"(,"errno":"{}")", mmc::system_error_name(completion.system_error));
    if (completion.sense.length > 0) {
        fmt::format_to(out, R"(,"sense":"{:02X}")", fmt::join(completion.sense.view(), " "));
        if (const auto sense = mmc::decode_sense(completion.sense.view()))
            fmt::format_to(out, R"(,"means":"{}")", mmc::describe(sense->code));
    }
    fmt::format_to(out,
                   ","
                   R"("took":{:.9f}}})"
                   "\n",
                   seconds(completion.duration));
}

} // namespace burnrig::harness
