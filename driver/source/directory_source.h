// SPDX-License-Identifier: Apache-2.0
// A directory as a file system, made while it is burned by a program that can: no image in between.
// Its size is asked for beforehand, so that what does not fit is refused with nothing written.
#pragma once

#include "driver/source/open_compilation.h"

namespace burnrig::driver {

/// ISO 9660 with Rock Ridge and Joliet, by xorriso or genisoimage.
mmc::Result<Compilation> compilation_of_directory(const std::string& path,
                                                  const SourceOptions& options);

} // namespace burnrig::driver
