// SPDX-License-Identifier: Apache-2.0
// From a sheet, and from audio files, to a compilation.
#pragma once

#include <span>
#include <string>

#include "driver/source/compilation.h"
#include "driver/source/open_compilation.h"
#include "mmc/sheet/sheet.h"

namespace burnrig::driver {

/// Opens the files of the sheet.
mmc::Result<Compilation> compilation_of_sheet(const mmc::Sheet& sheet);

/// Whether the name is one of audio: .wav, or samples without a header: .pcm .cdr .cdda .s16le ...
bool is_audio_name(const std::string& name);

/// Each file a track.
mmc::Result<Compilation> compilation_of_audio(std::span<const std::string> names,
                                              const SourceOptions& options);

} // namespace burnrig::driver
