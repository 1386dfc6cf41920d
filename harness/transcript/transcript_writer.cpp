// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "harness/report/result_json.h"
#include "harness/trace/command_record.h"
#include "harness/transcript/redact.h"
#include "harness/transcript/transcript_file.h"

namespace burnrig::harness::transcript {
namespace {

/// Replies up to this stand in the command's own line.
constexpr std::size_t inline_bytes = 32;

CommandRecord record_of(const Exchange& exchange) {
    CommandRecord record;
    record.number = exchange.number;
    record.at = exchange.at;
    record.cdb_length =
        static_cast<std::uint8_t>(std::min(exchange.cdb.size(), record.cdb_bytes.size()));
    std::copy_n(exchange.cdb.begin(), record.cdb_length, record.cdb_bytes.begin());
    record.out = exchange.out;
    record.in = exchange.in;
    record.completion = exchange.completion;
    return record;
}

bool one_byte_all_over(const Bytes& bytes) {
    return std::adjacent_find(bytes.begin(), bytes.end(), std::not_equal_to<>()) == bytes.end();
}

Json system_json(const DriveIdentity& drive) {
    return {{"vendor", drive.vendor},
            {"product", drive.product},
            {"revision", drive.revision},
            {"serial", drive.serial},
            {"profiles", drive.profiles},
            {"loading_mechanism", static_cast<int>(drive.loading_mechanism)}};
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

mmc::Result<std::unique_ptr<TranscriptWriter>>
TranscriptWriter::create(const std::string& path, Transcript about, bool redact) {
    std::FILE* file = std::fopen(path.c_str(), "we");
    if (!file)
        return mmc::fail("{}: cannot be written: {}", path, std::strerror(errno));
    std::unique_ptr<TranscriptWriter> writer(new TranscriptWriter);
    writer->path_ = path;
    writer->file_.reset(file);
    writer->about_ = std::move(about);
    writer->redact_ = redact;
    if (!redact)
        writer->write_begin();
    return writer;
}

void TranscriptWriter::put_line() {
    if (std::fwrite(line_.data(), 1, line_.size(), file_.get()) != line_.size())
        write_error_ = errno;
    line_.clear();
}

void TranscriptWriter::write_begin() {
    Json json{{"burnrig_transcript", 1}};
    json.update(to_json(about_.run));
    json["program"] = about_.program;
    json["node"] = about_.node;
    json["generic"] = about_.generic;
    json["host"] = about_.host;
    json["redacted"] = about_.redacted;
    json["system"] = system_json(about_.drive);
    fmt::format_to(std::back_inserter(line_), "{}\n", dump(json));
    put_line();
}

void TranscriptWriter::write_data(const std::string& digest, const Bytes& bytes) {
    if (!known_.insert(digest).second)
        return;
    auto out = std::back_inserter(line_);
    if (one_byte_all_over(bytes))
        fmt::format_to(out, R"({{"data":"{}","length":{},"fill":"{:02X}"}})", digest, bytes.size(),
                       bytes.front());
    else
        fmt::format_to(out, R"({{"data":"{}","bytes":"{:02X}"}})", digest, fmt::join(bytes, ""));
    line_.push_back('\n');
    put_line();
}

void TranscriptWriter::write(const Exchange& exchange) {
    const bool in_line = exchange.reply && exchange.reply->size() <= inline_bytes;
    std::string digest;
    if (exchange.reply && !in_line) {
        digest = digest_of(*exchange.reply);
        write_data(digest, *exchange.reply);
    }
    format_record(line_, record_of(exchange));
    line_.resize(line_.size() - std::strlen("}\n"));
    auto out = std::back_inserter(line_);
    if (!exchange.out_digest.empty()) {
        fmt::format_to(out, R"(,"digest":"{}")", exchange.out_digest);
        if (exchange.completion.transferred != exchange.out)
            fmt::format_to(out, R"(,"went":{})", exchange.completion.transferred);
    }
    if (!exchange.parameters.empty())
        fmt::format_to(out, R"(,"parameters":"{:02X}")", fmt::join(exchange.parameters, " "));
    if (in_line)
        fmt::format_to(out, R"(,"reply":"{:02X}")", fmt::join(*exchange.reply, " "));
    else if (exchange.reply)
        fmt::format_to(out, R"(,"reply_data":"{}")", digest);
    fmt::format_to(out, "}}\n");
    put_line();
}

void TranscriptWriter::add(Exchange exchange) {
    ++count_;
    if (redact_)
        about_.exchanges.push_back(std::move(exchange));
    else
        write(exchange);
}

mmc::Result<void> TranscriptWriter::finish(int exit_code) {
    if (redact_) {
        redact(about_);
        write_begin();
        for (const auto& exchange : about_.exchanges)
            write(exchange);
    }
    fmt::format_to(std::back_inserter(line_), R"({{"end":true,"commands":{},"exit":{}}})", count_,
                   exit_code);
    line_.push_back('\n');
    put_line();
    if (std::fflush(file_.get()) != 0)
        write_error_ = errno;
    if (write_error_ != 0)
        return mmc::fail("{}: not complete: {}", path_, std::strerror(write_error_));
    return {};
}

} // namespace burnrig::harness::transcript
