// SPDX-License-Identifier: Apache-2.0
// Goal: a disc whose files were cut or changed is refused with the file's name and a reason, never
// opened as something else, never a crash. Method: every file is cut at boundaries of each kind,
// and bytes of the small ones are changed in turn.
#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

// A disc with a saved structure, and blocks recorded before and after the save.
class RecordedDisc {
public:
    RecordedDisc() {
        auto disc = *Disc::create(path(), cd_rw());
        record(*disc, 0, 20);
        disc->structure().calibrations_used = 5;
        BOOST_REQUIRE(disc->save());
        record(*disc, 100, 20);
        record(*disc, 200, 20, BlockForm::audio);
    }

    std::filesystem::path path() const { return directory_ / "disc"; }
    std::filesystem::path file(const std::string& name) const { return path() / name; }

    // Opening gives either this disc or an error that names the file.
    bool refused_or_same(const std::string& name) const {
        const auto disc = Disc::open(path());
        if (!disc) {
            const std::string& message = disc.error().message;
            BOOST_TEST_CONTEXT(message) {
                BOOST_TEST(message.find(file(name).string()) == 0U);
            }
            return true;
        }
        const std::vector<Extent> extents{
            {0, 20, BlockForm::mode1}, {100, 20, BlockForm::mode1}, {200, 20, BlockForm::audio}};
        BOOST_TEST(((*disc)->extents() == extents));
        BOOST_TEST((*disc)->structure().calibrations_used == 5U);
        BOOST_TEST((*disc)->medium().capacity() == 359849);
        BOOST_TEST((*disc)->medium().name == "test-cd-rw");
        return false;
    }

    std::string message() const {
        const auto disc = Disc::open(path());
        return disc ? "" : disc.error().message;
    }

private:
    TemporaryDirectory directory_;
};

// Every position at the beginning of a file, where its headers are, and some of the rest.
std::vector<std::size_t> positions(std::size_t size) {
    constexpr std::size_t every_one = 64;
    constexpr std::size_t stride = 37; // odd, so that all bits of a byte take their turn
    std::vector<std::size_t> chosen;
    for (std::size_t at = 0; at < size; at += at < every_one ? 1 : stride) {
        chosen.push_back(at);
    }
    return chosen;
}

// Opening notes who has the disc, so files are put back before each try.
struct Kept {
    explicit Kept(const RecordedDisc& disc) : disc_(disc) {
        for (const char* name : {"disc.yaml", "structure", "recorded"}) {
            files_.emplace_back(name, content_of(disc.file(name)));
        }
    }
    void put_back() const {
        for (const auto& [name, content] : files_) {
            put_content(disc_.file(name), content);
        }
    }

private:
    const RecordedDisc& disc_;
    std::vector<std::pair<std::string, std::string>> files_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(damaged_directory)

BOOST_AUTO_TEST_CASE(small_files_cut_anywhere_are_refused) {
    const RecordedDisc disc;
    const Kept kept(disc);
    for (const char* name : {"disc.yaml", "structure", "recorded"}) {
        const std::string whole = content_of(disc.file(name));
        int refused = 0;
        for (const std::size_t length : positions(whole.size())) {
            kept.put_back();
            put_content(disc.file(name), whole.substr(0, length));
            refused += disc.refused_or_same(name) ? 1 : 0;
        }
        BOOST_TEST(refused == static_cast<int>(positions(whole.size()).size()));
    }
}

BOOST_AUTO_TEST_CASE(a_changed_byte_is_noticed_wherever_it_matters) {
    const RecordedDisc disc;
    const Kept kept(disc);
    for (const char* name : {"disc.yaml", "structure"}) {
        const std::string whole = content_of(disc.file(name));
        int refused = 0;
        for (const std::size_t at : positions(whole.size())) {
            kept.put_back();
            std::string changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
            put_content(disc.file(name), changed);
            refused += disc.refused_or_same(name) ? 1 : 0;
        }
        BOOST_TEST(refused == static_cast<int>(positions(whole.size()).size()));
    }
}

// Four bits say what a block is; those that say nothing are refused. The header's owner is free.
BOOST_AUTO_TEST_CASE(what_no_disc_has_recorded_is_refused) {
    const RecordedDisc disc;
    const Kept kept(disc);
    const std::string whole = content_of(disc.file("recorded"));
    for (std::size_t at = 0; at < 16; ++at) {
        kept.put_back();
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        put_content(disc.file("recorded"), changed);
        BOOST_TEST(disc.refused_or_same("recorded"));
    }
    for (const std::size_t at : {std::size_t{4096}, whole.size() / 2, whole.size() - 1}) {
        kept.put_back();
        std::string changed = whole;
        changed[at] = '\xC0';
        put_content(disc.file("recorded"), changed);
        BOOST_TEST(disc.refused_or_same("recorded"));
        BOOST_TEST(disc.message() ==
                   disc.file("recorded").string() + ": holds what no disc has, at byte " +
                       std::to_string(at / 4096 * 4096) + "; restore the disc from a copy");
    }
}

BOOST_AUTO_TEST_CASE(a_cut_blocks_file_is_refused_with_what_is_missing) {
    const RecordedDisc disc;
    const auto size = std::filesystem::file_size(disc.file("blocks"));
    for (const std::uintmax_t left :
         {size - 1, size - 2352, size / 2, std::uintmax_t{1}, std::uintmax_t{0}}) {
        std::filesystem::resize_file(disc.file("blocks"), left);
        BOOST_TEST(disc.refused_or_same("blocks"));
    }
    BOOST_TEST(disc.message().find("has 0 bytes, but blocks up to byte ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
    for (const char* name : {"structure", "recorded", "blocks"}) {
        const RecordedDisc disc;
        std::filesystem::remove(disc.file(name));
        BOOST_TEST(disc.message() == disc.file(name).string() + ": No such file or directory");
    }
}

BOOST_AUTO_TEST_CASE(messages_say_file_reason_and_what_to_do) {
    const RecordedDisc disc;
    const Kept kept(disc);
    put_content(disc.file("structure"), content_of(disc.file("structure")) + " ");
    BOOST_TEST(disc.message() == disc.file("structure").string() +
                                     ": its digest does not match its content, the file was cut or "
                                     "changed; restore the disc from a copy");
    kept.put_back();
    std::string yaml = content_of(disc.file("disc.yaml"));
    for (const std::string other : {"1", "3"}) {
        yaml.replace(yaml.find("format: ") + 8, 1, other);
        put_content(disc.file("disc.yaml"), yaml);
        BOOST_TEST(disc.message() == disc.file("disc.yaml").string() + ":3: key \"format\" is " +
                                         other +
                                         ", this program knows 2; open the disc with the burnrig "
                                         "that made it");
    }
}

BOOST_AUTO_TEST_CASE(a_leftover_of_an_interrupted_save_does_no_harm) {
    const RecordedDisc disc;
    put_content(disc.file("structure.new"), "half a stru");
    BOOST_TEST(!disc.refused_or_same("structure"));
    BOOST_TEST((*Disc::open(disc.path()))->save().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
