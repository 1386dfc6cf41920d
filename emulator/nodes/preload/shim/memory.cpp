// SPDX-License-Identifier: Apache-2.0
// mlockall(): burners lock their memory so that paging cannot starve the drive. On drive time
// nothing can, while the usual limit of locked memory makes a later mmap() fail: wodim without
// root's rights cannot have its fifo then. So under virtual time it succeeds and locks nothing.
#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constinit Next<int(int)> next_mlockall{"mlockall"};

} // namespace

BURNRIG_HOOK(int, mlockall, int flags) {
    return virtual_header() != nullptr ? 0 : next_mlockall(flags);
}

} // namespace burnrig::emulator::nodes::preload::shim
