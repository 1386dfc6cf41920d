// SPDX-License-Identifier: Apache-2.0
// Where a scenario's programs work: a directory of its own with the image and the scenario's files,
// gone with this object. One thread at a time.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/scenario/scenario.h"
#include "mmc/result.h"

namespace burnrig::harness::scenario {

inline constexpr auto device_path = "/dev/sr0";
inline constexpr auto generic_path = "/dev/sg0";

/// Bytes that repeat nowhere, the same ones for the same seed.
std::vector<std::uint8_t> make_image(std::uint64_t bytes, std::uint64_t seed);

class Workspace {
public:
    static mmc::Result<std::unique_ptr<Workspace>> create(const Scenario& scenario);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    const std::vector<std::uint8_t>& image() const { return image_; }
    /// An argument with its placeholders filled in.
    std::string filled_in(std::string word) const;
    std::vector<std::string> filled_in(const std::vector<std::string>& words) const;
    std::string directory() const { return (root_ / "dir").string(); }
    std::string output() const { return (root_ / "output").string(); }

private:
    Workspace() = default;

    std::filesystem::path root_;
    std::vector<std::uint8_t> image_;
};

} // namespace burnrig::harness::scenario
