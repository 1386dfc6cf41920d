// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/program_check.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/nodes/file_descriptor.h"

namespace burnrig::emulator::nodes::preload {
namespace {

/// Whether an ELF file asks for a dynamic loader. Anything that is no ELF file of this machine's
/// word size counts as one that does: a script's interpreter, for one, is looked at when it runs.
bool has_interpreter(int file) {
    constexpr int headers_max = 128;
    Elf64_Ehdr header{};
    if (::pread(file, &header, sizeof header, 0) != sizeof header ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
        return true;
    for (int i = 0; i < header.e_phnum && i < headers_max; ++i) {
        Elf64_Phdr segment{};
        const auto at = static_cast<off_t>(header.e_phoff) + i * header.e_phentsize;
        if (::pread(file, &segment, sizeof segment, at) != sizeof segment)
            return true;
        if (segment.p_type == PT_INTERP)
            return true;
    }
    return false;
}

/// Whether exec changes the rights, which makes the loader ignore $LD_PRELOAD.
bool changes_rights(int file) {
    struct stat status {};
    if (::fstat(file, &status) != 0)
        return false;
    return ((status.st_mode & S_ISUID) != 0 && status.st_uid != ::geteuid()) ||
           ((status.st_mode & S_ISGID) != 0 && status.st_gid != ::getegid());
}

} // namespace

std::string unreachable_reason(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file)
        return "";
    if (!has_interpreter(file.get()))
        return fmt::format("{} is statically linked; the preload node cannot reach it", path);
    if (changes_rights(file.get()))
        return fmt::format("{} is setuid or setgid; the preload node cannot reach it", path);
    return "";
}

} // namespace burnrig::emulator::nodes::preload
