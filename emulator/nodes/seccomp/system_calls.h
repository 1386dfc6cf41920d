// SPDX-License-Identifier: Apache-2.0
// What becomes of a system call that waits in the filter: the drive's own are answered, all others
// go on in the kernel.
//
// A table has a row for each system call. Most rows only look whether the call is about the drive;
// those that need the drive are put off while it is busy (`later`), so that a program's other
// threads and files go on meanwhile.
//
// One thread uses this class.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "emulator/nodes/process_memory.h"
#include "emulator/nodes/seccomp/filter.h"
#include "emulator/nodes/seccomp/listener.h"
#include "emulator/nodes/seccomp/node_paths.h"

namespace burnrig::emulator::nodes::seccomp {

class SystemCalls {
public:
    /// `transfer_bytes_max`: the largest of all drives.
    SystemCalls(Listener& listener, DeviceFiles& files, const NodePaths& paths,
                std::size_t transfer_bytes_max);

    /// What the filter has to stop, one row for each number.
    static std::vector<Watched> watched();

    /// Answers the call. False, with nothing done, when it needs the drive and the drive is busy.
    bool serve(const Call& call, bool drive_busy);

    /// Calls that were the drive's, to see whether anybody still uses it.
    std::uint64_t served() const { return served_; }

private:
    /// One call on its way.
    struct Request {
        const Call& call;
        bool drive_busy;
    };
    /// What becomes of it.
    struct Answer {
        enum class Kind : unsigned char { kernel, result, file, later };
        Kind kind = Kind::kernel;
        long result = 0;
        FileDescriptor file{};
        bool close_on_exec = false;
    };
    using Handler = Answer (SystemCalls::*)(const Request&);
    struct Row {
        int number;
        Waits waits;
        Handler handler;
    };
    static std::span<const Row> table();
    static Answer in_kernel() { return {}; }
    static Answer done(long result) { return {Answer::Kind::result, result}; }
    static Answer later() { return {Answer::Kind::later}; }

    // Paths (path_calls.cpp)
    Answer open(const Request& request);
    Answer open_at(const Request& request);
    Answer open_at2(const Request& request);
    Answer create(const Request& request);
    Answer stat(const Request& request);
    Answer link_stat(const Request& request);
    Answer stat_at(const Request& request);
    Answer stat_descriptor(const Request& request);
    Answer stat_extended(const Request& request);
    Answer access(const Request& request);
    Answer access_at(const Request& request);
    Answer read_link(const Request& request);
    Answer read_link_at(const Request& request);
    Answer extended_attribute(const Request& request);
    Answer list_directory(const Request& request);
    std::optional<NamedNode> node_at(const Call& call, int directory, std::uint64_t address,
                                     bool follow);
    Answer open_node(const Request& request, int directory, std::uint64_t path, int flags);
    Answer answer_stat(const Call& call, const NamedNode& node, std::uint64_t address);
    Answer answer_access(const Call& call, int directory, std::uint64_t path, int mode);
    Answer answer_link(const Call& call, int directory, std::uint64_t path, int buffer);
    std::optional<NamedNode> described(const Call& call, int flags);
    struct stat status_of(const Call& call, const NamedNode& node) const;

    // Descriptors (descriptor_calls.cpp)
    Answer ioctl(const Request& request);
    Answer read(const Request& request);
    Answer read_at(const Request& request);
    Answer read_pieces(const Request& request);
    Answer read_pieces_at(const Request& request);
    Answer write(const Request& request);
    Answer write_at(const Request& request);
    Answer write_pieces(const Request& request);
    Answer write_pieces_at(const Request& request);
    Answer seek(const Request& request);
    Answer map(const Request& request);
    Answer copy_range(const Request& request);
    Answer send_file(const Request& request);
    using File = DeviceFiles::File;
    struct Piece {
        std::uint64_t address;
        std::uint64_t length;
    };
    enum class Direction : unsigned char { in, out };
    Answer one_piece(const Request& request, Direction direction, std::optional<std::int64_t> at);
    Answer pieces(const Request& request, Direction direction, std::optional<std::int64_t> at);
    Answer transfer(const Request& request, Direction direction, std::span<const Piece> pieces,
                    std::optional<std::int64_t> at);
    long exchange(const Call& call, File& file, Direction direction, std::span<const Piece> pieces);
    long read_piece(const Call& call, File& file, std::uint64_t offset, const Piece& piece);
    long write_piece(const Call& call, File& file, std::uint64_t offset, const Piece& piece);

    FileDescriptor program_file(const Call& call) const;
    bool is_device(const Call& call, int argument) {
        return files_.find(call.thread, call.descriptor(argument)) != nullptr;
    }
    ProcessMemory memory_of(const Call& call) { return {call.thread, payload_}; }

    Listener& listener_;
    DeviceFiles& files_;
    const NodePaths& paths_;
    std::vector<std::uint8_t> payload_; ///< of the one call that uses the drive
    Foresight foresight_;
    std::uint64_t served_ = 0;
};

/// What the thread may do to a device, as Linux sees it at this moment.
Caller rights_of(pid_t thread);

} // namespace burnrig::emulator::nodes::seccomp
