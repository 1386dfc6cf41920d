// SPDX-License-Identifier: Apache-2.0
// Who else may act on a drive while a door serves it to programs. Every door takes one.
#pragma once

namespace burnrig::emulator::nodes {

/// Somebody who has something to say to the drive while a program runs on it, such as a control
/// socket. Heard between commands, never during one; drive time stands still meanwhile.
class Attendant {
public:
    virtual ~Attendant() = default;
    /// Readable when there is something to attend to.
    virtual int descriptor() const = 0;
    /// Attends to some of it, without waiting for anybody. Whether there was anything.
    virtual bool attend() = 0;
};

} // namespace burnrig::emulator::nodes
