// SPDX-License-Identifier: Apache-2.0
// Exports with whole sectors and a description of the tracks. Internal to export: the tracks are
// not none, and recorded.
#pragma once

#include <filesystem>
#include <vector>

#include "emulator/disc/export.h"

namespace burnrig::emulator {

mmc::Result<ExportReport> export_cue(const Disc& disc, const std::vector<Track>& tracks,
                                     const std::filesystem::path& out);
mmc::Result<ExportReport> export_toc(const Disc& disc, const std::vector<Track>& tracks,
                                     const std::filesystem::path& out);
mmc::Result<ExportReport> export_raw(const Disc& disc, const std::vector<Track>& tracks,
                                     const std::filesystem::path& out);

} // namespace burnrig::emulator
