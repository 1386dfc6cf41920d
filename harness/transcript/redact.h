// SPDX-License-Identifier: Apache-2.0
// Blots serial numbers out of a transcript, so that it can be given away: the drive's (INQUIRY page
// 80h, feature 0108h), the medium's (READ MEDIA SERIAL NUMBER), and whatever else holds the same
// text. Lengths stay as they are: each character becomes an X.
//
// A serial number of fewer than four characters is blotted out where it is told, and nowhere else:
// such a text is found anywhere. Thread-safe (no state).
#pragma once

#include "harness/transcript/transcript.h"

namespace burnrig::harness::transcript {

/// Says which serial numbers it found.
std::vector<std::string> redact(Transcript& transcript);

} // namespace burnrig::harness::transcript
