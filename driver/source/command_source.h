// SPDX-License-Identifier: Apache-2.0
// What another program writes to its standard output, as a source. That the program fails, in the
// middle or after its last byte, is an error of the read that comes to the end.
//
//     CommandSource::run({"xorriso", "-as", "mkisofs", "-R", "-J", "photos"}, "photos", size)
#pragma once

#include <memory>

#include "driver/source/stream_source.h"

namespace burnrig::driver {

class CommandSource final : public StreamSource {
public:
    /// Starts the program. `size`: what it will write, when that is known; more or less is an
    /// error.
    static mmc::Result<std::unique_ptr<CommandSource>> run(const std::vector<std::string>& command,
                                                           const std::string& name,
                                                           std::optional<std::uint64_t> size);
    /// A program that still runs is ended.
    ~CommandSource() override;

private:
    struct Child;
    CommandSource(std::unique_ptr<Child> child, Descriptor output, std::string name,
                  std::optional<std::uint64_t> size);
    mmc::Result<void> at_end() override;
    mmc::Error explain(mmc::Error error) override;

    std::unique_ptr<Child> child_;
};

/// Runs a short program to its end and gives what it wrote. Its failure is an error with its words.
mmc::Result<std::string> output_of(const std::vector<std::string>& command);

/// Whether a program of that name is in PATH.
bool is_installed(const std::string& program);

} // namespace burnrig::driver
