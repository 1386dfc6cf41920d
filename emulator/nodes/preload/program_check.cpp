// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/program_check.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/nodes/preload/file_descriptor.h"

namespace burnrig::emulator::nodes::preload {
namespace {

bool is_program(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

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

Program find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        if (is_program(name))
            return {name, 0, ""};
        const int code = exists(name) ? 126 : 127;
        return {
            "", code,
            fmt::format("{}: {}", name, code == 126 ? "not an executable file" : "no such file")};
    }
    const char* const variable = std::getenv("PATH");
    const std::string list = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
    std::string refused;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(':', at), list.size());
        const std::string folder = end == at ? "." : list.substr(at, end - at);
        const std::string path = fmt::format("{}/{}", folder, name);
        if (!name.empty() && is_program(path))
            return {path, 0, ""};
        if (!name.empty() && exists(path) && refused.empty())
            refused = path;
        at = end + 1;
    }
    if (!refused.empty())
        return {"", 126, fmt::format("{}: not an executable file", refused)};
    return {"", 127, fmt::format("{}: no such command in $PATH", name)};
}

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
