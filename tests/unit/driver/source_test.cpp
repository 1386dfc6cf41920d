// SPDX-License-Identifier: Apache-2.0
// Where bytes come from: files that change under way, streams that stutter, made patterns.
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/source/file_source.h"
#include "driver/source/memory_source.h"
#include "driver/source/open_compilation.h"
#include "driver/source/pattern_source.h"
#include "driver/source/stream_source.h"
#include "tests/unit/temporary_folder.h"

namespace burnrig::driver {
namespace {

bool speaks_of(const mmc::Error& error, std::string_view words) {
    BOOST_TEST_MESSAGE(error.message);
    return error.message.find(words) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(a_file_is_read_in_blocks_and_its_partial_last_block_is_filled_with_zeros) {
    const TemporaryFolder folder;
    const std::string bytes = TemporaryFolder::varied(5 * 2048 + 7);
    auto source = FileSource::open(folder.write("image", bytes));
    BOOST_REQUIRE(source);
    BOOST_TEST((source->blocks() == 6U));
    const auto whole = source->read({.first = 1, .count = 32});
    BOOST_REQUIRE(whole);
    BOOST_TEST(whole->size() == 4U * 2048);
    BOOST_TEST(std::memcmp(whole->data(), bytes.data() + 2048, whole->size()) == 0);
    const auto partial = source->read({.first = 5, .count = 1});
    BOOST_REQUIRE(partial);
    BOOST_TEST(partial->size() == 2048U);
    BOOST_TEST(std::memcmp(partial->data(), bytes.data() + 5 * 2048, 7) == 0);
    BOOST_TEST((*partial)[7] == 0);
    BOOST_TEST(!source->read({.first = 6, .count = 1}));
    BOOST_TEST(!source->read({.first = 0, .count = 0}));
    BOOST_TEST(source->intact().has_value());
}

BOOST_AUTO_TEST_CASE(a_file_that_changes_its_length_under_way_is_an_error_and_not_a_crash) {
    const TemporaryFolder folder;
    for (const auto& [length, word] :
         {std::pair(2048, "shorter"), std::pair(90 * 2048, "longer")}) {
        const std::string path = folder.write_bytes("image", 64 * 2048);
        auto source = FileSource::open(path);
        BOOST_REQUIRE(source);
        std::filesystem::resize_file(path, length);
        const auto data = source->read({.first = 40, .count = 1});
        BOOST_REQUIRE(!data);
        BOOST_TEST(speaks_of(data.error(), word));
    }
}

BOOST_AUTO_TEST_CASE(bytes_in_use_that_the_file_loses_read_as_zeros_and_are_told) {
    const TemporaryFolder folder;
    const std::string path = folder.write_bytes("image", 4 << 20);
    auto source = FileSource::open(path);
    BOOST_REQUIRE(source);
    const auto data = source->read({.first = 1000, .count = 64});
    BOOST_REQUIRE(data);
    std::filesystem::resize_file(path, 2048);
    std::vector<std::uint8_t> copy(data->begin(), data->end()); // a bus error without the guard
    BOOST_TEST(std::count(copy.begin(), copy.end(), 0) == static_cast<long>(copy.size()));
    std::filesystem::resize_file(path, 4 << 20); // even when the length is back in time
    const auto sound = source->intact();
    BOOST_REQUIRE(!sound);
    BOOST_TEST(speaks_of(sound.error(), "could not be read"));
}

BOOST_AUTO_TEST_CASE(a_missing_an_empty_and_an_unfit_file_are_named) {
    const TemporaryFolder folder;
    BOOST_TEST(speaks_of(FileSource::open("/nowhere/image.iso").error(), "/nowhere/image.iso"));
    BOOST_TEST(speaks_of(FileSource::open(folder.write("empty", "")).error(), "empty"));
    BOOST_TEST(!FileSource::open("/"));
}

BOOST_AUTO_TEST_CASE(many_files_can_be_open_and_none_leaves_a_trace) {
    const TemporaryFolder folder;
    const std::string path = folder.write_bytes("image", 2048);
    for (int round = 0; round < 3; ++round) {
        std::vector<FileSource> files;
        for (int i = 0; i < 150; ++i) {
            auto file = FileSource::open(path);
            BOOST_REQUIRE(file);
            files.push_back(std::move(*file));
        }
    }
}

// --------------------------------------------------------------------------------------- streams

struct Pipe {
    int read_end = -1;
    int write_end = -1;
    Pipe() {
        int ends[2];
        BOOST_REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
        read_end = ends[0];
        write_end = ends[1];
    }
    ~Pipe() {
        ::close(read_end);
        close_writer();
    }
    void close_writer() {
        if (write_end >= 0)
            ::close(std::exchange(write_end, -1));
    }
    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::write(write_end, bytes.data(), bytes.size());
            if (sent < 0 && errno == EINTR)
                continue;
            BOOST_REQUIRE(sent > 0);
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
};

std::string all_of(Source& source, std::uint32_t count) {
    std::string bytes;
    for (;;) {
        const auto data =
            source.read({.first = static_cast<std::uint32_t>(bytes.size() / source.block_bytes()),
                         .count = count});
        BOOST_REQUIRE_MESSAGE(data.has_value(), (data ? "" : data.error().message));
        if (data->empty())
            return bytes;
        bytes.append(reinterpret_cast<const char*>(data->data()), data->size());
        if (const auto blocks = source.blocks();
            blocks && source.rewinds() && bytes.size() >= *blocks * source.block_bytes())
            return bytes;
    }
}

BOOST_AUTO_TEST_CASE(a_stream_in_short_pieces_comes_out_whole_and_its_size_is_known_at_the_end) {
    Pipe pipe;
    const std::string bytes = TemporaryFolder::varied(300 * 2048 + 100);
    std::thread writer([&] {
        for (std::size_t at = 0, piece = 1; at < bytes.size();
             at += piece, piece = piece * 7 % 5003)
            pipe.send(std::string_view(bytes).substr(at, piece));
        pipe.close_writer();
    });
    StreamSource source(pipe.read_end, "pipe", {});
    BOOST_TEST(!source.size().has_value());
    BOOST_TEST(!source.rewinds());
    std::string read = all_of(source, 32);
    writer.join();
    BOOST_TEST(read.size() == 301U * 2048);
    BOOST_TEST((read == bytes + std::string(2048 - 100, '\0')));
    BOOST_TEST((source.size() == bytes.size()));
}

BOOST_AUTO_TEST_CASE(a_stream_of_announced_size_ends_there_and_not_before) {
    Pipe pipe;
    pipe.send(std::string(10'000, 'x'));
    StreamSource exact(pipe.read_end, "pipe", 4096);
    BOOST_TEST(all_of(exact, 32) == std::string(4096, 'x')); // the pipe stays open, with more in it
    pipe.close_writer();
    StreamSource early(pipe.read_end, "pipe", 8192);
    const auto data = early.read({.first = 0, .count = 32});
    BOOST_REQUIRE(!data);
    BOOST_TEST(data.error().message == "pipe: ended after 5904 bytes, 8192 were announced");
}

BOOST_AUTO_TEST_CASE(an_empty_stream_is_an_error_and_so_is_reading_it_again) {
    Pipe pipe;
    StreamSource source(pipe.read_end, "pipe", {});
    pipe.send(std::string(4096, 'x'));
    BOOST_TEST(source.read({.first = 0, .count = 1}).has_value());
    BOOST_TEST(speaks_of(source.read({.first = 0, .count = 1}).error(), "goes on with block 1"));
    Pipe empty;
    empty.close_writer();
    StreamSource nothing(empty.read_end, "pipe", {});
    BOOST_TEST(speaks_of(nothing.read({.first = 0, .count = 1}).error(), "empty"));
}

BOOST_AUTO_TEST_CASE(a_stream_that_stays_silent_is_an_error_after_a_time) {
    Pipe pipe;
    pipe.send(std::string(4096, 'x'));
    StreamSource source(pipe.read_end, "pipe", {});
    source.set_patience(std::chrono::seconds(0));
    BOOST_TEST(source.read({.first = 0, .count = 2}).has_value());
    const auto silent = source.read({.first = 2, .count = 2});
    BOOST_REQUIRE(!silent);
    BOOST_TEST(speaks_of(silent.error(), "gave nothing for 0 s, at byte 4096"));
}

BOOST_AUTO_TEST_CASE(a_stream_that_waits_can_be_stopped) {
    Pipe pipe;
    StreamSource source(pipe.read_end, "pipe", {});
    std::thread other([&] { source.stop(); });
    const auto data = source.read({.first = 0, .count = 1});
    other.join();
    BOOST_REQUIRE(!data);
    BOOST_TEST(speaks_of(data.error(), "stopped"));
}

BOOST_AUTO_TEST_CASE(signals_do_not_disturb_a_stream) {
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    struct sigaction before {};
    sigaction(SIGUSR1, &nothing, &before); // without SA_RESTART: calls come back with EINTR
    Pipe pipe;
    const std::string bytes = TemporaryFolder::varied(64 * 2048);
    const pthread_t reader = pthread_self();
    std::thread writer([&] {
        for (std::size_t at = 0; at < bytes.size(); at += 1024) {
            pthread_kill(reader, SIGUSR1);
            pipe.send(std::string_view(bytes).substr(at, 1024));
        }
        pipe.close_writer();
    });
    StreamSource source(pipe.read_end, "pipe", {});
    const std::string read = all_of(source, 8);
    writer.join();
    sigaction(SIGUSR1, &before, nullptr);
    BOOST_TEST((read == bytes));
}

BOOST_AUTO_TEST_CASE(a_stream_that_cannot_be_read_is_an_error_with_its_place) {
    const TemporaryFolder folder;
    Descriptor unreadable(::open(folder.path().c_str(), O_RDONLY | O_CLOEXEC)); // EISDIR
    StreamSource source(unreadable.number(), "folder", {});
    const auto data = source.read({.first = 0, .count = 1});
    BOOST_REQUIRE(!data);
    BOOST_TEST(speaks_of(data.error(), "folder: cannot be read at byte 0: Is a directory"));
}

// ------------------------------------------------------------------------------ made, and by name

BOOST_AUTO_TEST_CASE(a_pattern_is_the_same_in_any_order_and_other_with_another_seed) {
    PatternSource source(10 * 2048 + 3, 7);
    const std::string forward = all_of(source, 4);
    BOOST_TEST(forward.size() == 11U * 2048);
    const auto one = source.read({.first = 6, .count = 1});
    BOOST_REQUIRE(one);
    BOOST_TEST(std::memcmp(one->data(), forward.data() + 6 * 2048, 2048) == 0);
    BOOST_TEST(forward[10 * 2048 + 3] == 0);
    PatternSource same(10 * 2048 + 3, 7, 2352);
    BOOST_TEST(all_of(same, 4).substr(0, 10 * 2048 + 3) == forward.substr(0, 10 * 2048 + 3));
    PatternSource other(10 * 2048 + 3, 8);
    BOOST_TEST(all_of(other, 4) != forward);
    // The first number of splitmix64 from 1234567, a published test value: 6457827717110365317.
    PatternSource known(8, 1234567);
    const auto word = known.read({.first = 0, .count = 1});
    BOOST_REQUIRE(word);
    std::uint64_t first = 0;
    for (int i = 7; i >= 0; --i)
        first = first << 8 | (*word)[static_cast<std::size_t>(i)];
    BOOST_TEST(first == 6457827717110365317U);
}

BOOST_AUTO_TEST_CASE(fill_gives_the_same_bytes_as_read) {
    const std::string bytes = TemporaryFolder::varied(7 * 2048 + 5);
    MemorySource source({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    std::vector<std::uint8_t> out(20 * 2048 + 11, 0xEE);
    const auto filled = source.fill(2, out);
    BOOST_REQUIRE(filled);
    BOOST_TEST(*filled == 6U * 2048);
    BOOST_TEST(std::memcmp(out.data(), bytes.data() + 2 * 2048, 5 * 2048 + 5) == 0);
    BOOST_TEST(out[5 * 2048 + 5] == 0);
    BOOST_TEST(out[6 * 2048] == 0xEE);
}

Compilation opened(const std::string& name, const SourceOptions& options = {}) {
    auto compilation = open_compilation({&name, 1}, options);
    BOOST_REQUIRE_MESSAGE(compilation.has_value(),
                          (compilation ? "" : compilation.error().message));
    return std::move(*compilation);
}

std::string refused(const std::string& name, const SourceOptions& options = {}) {
    const auto compilation = open_compilation({&name, 1}, options);
    BOOST_REQUIRE(!compilation);
    return compilation.error().message;
}

BOOST_AUTO_TEST_CASE(an_image_of_whole_sectors_is_known_by_its_sync_patterns) {
    const TemporaryFolder folder;
    const std::string sync = std::string(1, '\0') + std::string(10, '\xFF') + std::string(1, '\0');
    for (const std::size_t size : {2352, 2448}) {
        for (const char mode : {'\1', '\2'}) {
            std::string image;
            for (int i = 0; i < 2048; ++i)
                image += sync + std::string("\0\2\0", 3) + mode + std::string(size - 16, 'x');
            const Compilation disc = opened(folder.write("disc.bin", image));
            BOOST_TEST(disc.tracks.front().data->block_bytes() == size);
            BOOST_TEST((disc.tracks.front().kind ==
                        (mode == 1 ? TrackKind::mode1 : TrackKind::mode2_mix)));
            BOOST_TEST((disc.tracks.front().subchannel == SubchannelData::raw_pw) ==
                       (size == 2448));
            BOOST_TEST(!disc.is_plain());
        }
    }
    const Compilation plain = opened(folder.write_bytes("disc.iso", 2352 * 2048));
    BOOST_TEST(plain.is_plain());
    BOOST_TEST((plain.bytes() == 2352U * 2048));
    BOOST_TEST(plain.tracks.front().control() == 4);
}

BOOST_AUTO_TEST_CASE(names_of_things_that_are_no_files) {
    const TemporaryFolder folder;
    const Compilation pattern = opened("pattern:1.5k,9");
    BOOST_TEST((pattern.bytes() == 1536U));
    BOOST_TEST(pattern.is_plain());
    for (const char* wrong : {"pattern:", "pattern:x", "pattern:0", "pattern:1k,", "pattern:1k,x",
                              "pattern:1e99", "pattern:-5", "pattern:1kk"})
        BOOST_TEST(refused(wrong).find("pattern:700M,7") != std::string::npos);

    Pipe pipe;
    const Compilation input = opened("-", {.size = 4096, .standard_input = pipe.read_end});
    BOOST_TEST((input.tracks.front().data->size() == 4096U));
    BOOST_TEST((opened("-", {.standard_input = pipe.read_end}).bytes() == std::nullopt));
    BOOST_TEST(refused("-", {.size = 0}).find("size of 0") != std::string::npos);
    BOOST_TEST(refused(folder.write_bytes("a.iso", 2048), {.size = 4096}).find("streams only") !=
               std::string::npos);
    BOOST_TEST(refused(folder / "missing.iso").find("missing.iso: No such file") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(standard_input_that_is_a_file_has_a_size_and_can_be_read_twice) {
    const TemporaryFolder folder;
    const std::string path = folder.write_bytes("a.iso", 5000);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const Compilation whole = opened("-", {.standard_input = file.number()});
    BOOST_TEST((whole.bytes() == 5000U));
    BOOST_TEST(whole.tracks.front().data->rewinds());
    BOOST_REQUIRE(lseek(file.number(), 2048, SEEK_SET) == 2048);
    const Compilation rest = opened("-", {.standard_input = file.number()});
    BOOST_TEST(all_of(*rest.tracks.front().data, 8).substr(0, 2952) ==
               TemporaryFolder::varied(5000).substr(2048));
}

BOOST_AUTO_TEST_CASE(sizes_are_read_as_people_write_them) {
    BOOST_TEST((parse_size("2048") == 2048U));
    BOOST_TEST((parse_size("64k") == 65536U));
    BOOST_TEST((parse_size("700M") == 734003200U));
    BOOST_TEST((parse_size("1.5K") == 1536U));
    BOOST_TEST((parse_size("300s") == 614400U));
    for (const char* wrong : {"", "k", "-1", "1x", "1kb", "nan", "inf", "1e300"})
        BOOST_TEST(!parse_size(wrong).has_value(), wrong);
}

} // namespace
} // namespace burnrig::driver
