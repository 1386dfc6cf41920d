// SPDX-License-Identifier: Apache-2.0
// Transcripts as files: a line of JSON each, version 1.
//
//     {"burnrig_transcript":1,"burnrig":"0.1.0","seed":1,"drive":"/dev/sr0","medium":"unknown",
//      "replay":"burnrig record ...","program":["wodim",...],"node":"/dev/sr0",
//      "generic":"/dev/sg0","host":"sata","redacted":false,
//      "system":{"vendor":"HL-DT-ST",...}}
//     {"n":1,"at":0.0,"command":"INQUIRY","cdb":"12 00 00 00 24 00","in":36,"got":36,"status":0,
//      "took":0.000100000,"reply":"05 80 ..."}
//     {"data":"3f9c...","bytes":"0580..."}                     a long reply, once: its digest
//     {"data":"77aa...","length":32768,"fill":"00"}            the same byte all over
//     {"n":2,...,"cdb":"28 00 ...","reply_data":"3f9c..."}
//     {"n":3,...,"cdb":"55 10 ...","out":60,"digest":"...","parameters":"00 ..."}
//     {"n":4,...,"cdb":"2A 00 ...","out":32768,"digest":"..."}  what was written: its digest
//     {"end":true,"commands":4,"exit":0}
//
// Keys of an exchange that a trace has too mean the same (harness/trace). A file without its last
// line is cut off. One thread at a time.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <unordered_set>

#include <fmt/format.h>

#include "harness/transcript/transcript.h"
#include "mmc/result.h"

namespace burnrig::harness::transcript {

class TranscriptWriter {
public:
    /// The file is made new. `about` is what is known before the first command. With `redact`
    /// nothing is written before finish(), since a serial number may be told late.
    static mmc::Result<std::unique_ptr<TranscriptWriter>> create(const std::string& path,
                                                                 Transcript about, bool redact);

    void add(Exchange exchange);

    /// Writes the end. An error means that the file is not complete.
    mmc::Result<void> finish(int exit_code);

    std::uint64_t count() const { return count_; }

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    TranscriptWriter() = default;
    void write_begin();
    void write(const Exchange& exchange);
    void write_data(const std::string& digest, const Bytes& bytes);
    void put_line();

    std::string path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
    Transcript about_; ///< with all exchanges when it is to be redacted
    bool redact_ = false;
    std::uint64_t count_ = 0;
    std::unordered_set<std::string> known_; ///< digests of data that stand in the file
    fmt::memory_buffer line_;
    int write_error_ = 0;
};

/// Errors name file and line.
mmc::Result<Transcript> read_transcript(const std::string& path);

/// Whether the file's first line is that of a transcript.
bool is_transcript(const std::string& path);

} // namespace burnrig::harness::transcript
