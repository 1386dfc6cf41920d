// SPDX-License-Identifier: Apache-2.0
// A directory, and other programs' output, as sources: whole, refused, and failing under way.
#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "driver/source/command_source.h"
#include "driver/source/open_compilation.h"
#include "tests/unit/temporary_folder.h"

namespace burnrig::driver {
namespace {

mmc::Result<std::string> all_of(Source& source) {
    std::string bytes;
    for (;;) {
        const auto data =
            source.read({.first = static_cast<std::uint32_t>(bytes.size() / source.block_bytes()),
                         .count = 64});
        if (!data)
            return tl::unexpected(data.error());
        if (data->empty())
            return bytes;
        bytes.append(reinterpret_cast<const char*>(data->data()), data->size());
    }
}

std::unique_ptr<CommandSource> shell(const std::string& script,
                                     std::optional<std::uint64_t> size = {}) {
    auto source = CommandSource::run({"sh", "-c", script}, "made", size);
    BOOST_REQUIRE_MESSAGE(source.has_value(), (source ? "" : source.error().message));
    return std::move(*source);
}

std::string failure(Source& source) {
    const auto bytes = all_of(source);
    BOOST_REQUIRE(!bytes);
    return bytes.error().message;
}

BOOST_AUTO_TEST_CASE(what_a_program_writes_is_read_whole) {
    auto source = shell("printf '%05000d' 7");
    const auto bytes = all_of(*source);
    BOOST_REQUIRE(bytes);
    BOOST_TEST(bytes->size() == 3U * 2048);
    BOOST_TEST(bytes->substr(4999, 2) == std::string("7\0", 2));
    BOOST_TEST((source->size() == 5000U));
}

BOOST_AUTO_TEST_CASE(a_program_that_fails_is_told_with_its_own_words) {
    BOOST_TEST(failure(*shell("printf '%05000d' 7; echo no more paper >&2; exit 5")) ==
               "sh failed with exit code 5: no more paper");
    BOOST_TEST(failure(*shell("echo tired >&2; exit 5", 8192)) ==
               "made: sh failed with exit code 5: tired");
    BOOST_TEST(failure(*shell("kill -9 $$")) == "made: sh failed with signal 9: ");
    BOOST_TEST(failure(*shell("printf '%04096d' 7", 8192)) ==
               "made: ended after 4096 bytes, 8192 were announced");
    BOOST_TEST(failure(*shell("printf '%08192d' 7", 4096)).find("gives more bytes than the 4096") !=
               std::string::npos);
    BOOST_TEST(!CommandSource::run({"no-such-program-here"}, "made", {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_program_that_is_no_longer_needed_is_ended) {
    auto source = shell("exec cat /dev/zero");
    BOOST_TEST(source->read({.first = 0, .count = 8}).has_value());
    source.reset(); // comes back: the program does not run for ever
}

BOOST_AUTO_TEST_CASE(a_directory_is_a_file_system_of_the_size_that_was_told_before) {
    for (const char* program : {"xorriso", "genisoimage"}) {
        if (!is_installed(program))
            continue;
        const TemporaryFolder folder;
        const TemporaryFolder tools; // the one program alone in PATH
        for (const char* tool : {program, "sh"})
            std::filesystem::create_symlink(std::filesystem::path("/usr/bin") / tool, tools / tool);
        const std::string path_before = std::getenv("PATH");
        setenv("PATH", tools.path().c_str(), 1);
        const std::string content = TemporaryFolder::varied(300'000);
        std::filesystem::create_directory(folder.path() / "photos");
        folder.write("photos/holiday.jpg", content);
        const std::string name = folder / "photos";
        auto disc = open_compilation({&name, 1}, {.volume = "PHOTOS"});
        setenv("PATH", path_before.c_str(), 1);
        BOOST_TEST_CONTEXT(program) {
            BOOST_REQUIRE_MESSAGE(disc.has_value(), (disc ? "" : disc.error().message));
            BOOST_TEST(disc->is_plain());
            Source& data = *disc->tracks[0].data;
            const auto announced = data.size();
            BOOST_REQUIRE(announced.has_value());
            const auto bytes = all_of(data);
            BOOST_REQUIRE_MESSAGE(bytes.has_value(), (bytes ? "" : bytes.error().message));
            BOOST_TEST(bytes->size() == *announced);
            BOOST_TEST(bytes->substr(32769, 5) == "CD001");
            BOOST_TEST(bytes->substr(32808, 6) == "PHOTOS");
            BOOST_TEST(bytes->find(content) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_directory_without_a_program_that_makes_file_systems_is_refused) {
    const TemporaryFolder folder;
    const std::string path_before = std::getenv("PATH");
    setenv("PATH", folder.path().c_str(), 1);
    const std::string name = folder.path().string();
    const auto disc = open_compilation({&name, 1});
    setenv("PATH", path_before.c_str(), 1);
    BOOST_REQUIRE(!disc);
    BOOST_TEST(disc.error().message.find("install one, or name an image") != std::string::npos);
}

} // namespace
} // namespace burnrig::driver
