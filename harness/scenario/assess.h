// SPDX-License-Identifier: Apache-2.0
// How far a burning program told the truth, whatever program it is: its exit code and its words
// against the disc's own state and against what the drive answered.
//
//     exit code   disc         words                                     verdict
//     0           as ordered                                             truthful
//     0           not so       do not name the drive's first error       false-success
//     0           not so       name it                                   misleading
//     not 0                    name the drive's first error              truthful
//     not 0                    do not, or blame an underrun that was     misleading
//                              none
//     not 0       as ordered   (and the drive told of no error at all)   misleading
//     it never came to an end within the scenario's deadline             hang
//
// As ordered: the track that was recorded holds the image, block by block and readable, and no
// session is left open; of a simulated burn, that nothing changed and no command failed. The first
// error is the first bad answer that a fault rule had a hand in, or the first one after a rule
// acted in silence; answers that ask for patience are none unless they never end. Where no command
// told of anything, a program that found out by itself and says so is truthful.
//
// Thread-safe (no state).
#pragma once

#include <string>

#include "harness/scenario/judge.h"

namespace burnrig::harness::scenario {

struct Assessment {
    std::string
        verdict;     ///< one of verdict_words; "not-met": no fault rule fired, nothing was shown
    std::string why; ///< "the disc: block 0 is unrecorded; 3/0C/00 is named"
};

Assessment assess(const Evidence& evidence);

/// Answers that belong to a drive in good health: news, patience, commands that it does not know.
bool is_everyday(const mmc::Completion& completion);

/// Whether words of some program or other name this sense code: by its numbers, in one of the
/// spellings of wodim, libburn, growisofs and ours, or by the standard's text.
bool names_sense(std::string text, mmc::SenseCode code);

} // namespace burnrig::harness::scenario
