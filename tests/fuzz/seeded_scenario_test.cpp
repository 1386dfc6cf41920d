// SPDX-License-Identifier: Apache-2.0
// Goal: no scenario file, however broken, does more than get a message that names it.
// Method: every scenario there is, with bytes changed, lines doubled, cut off and swapped by seeded
// chance; and bytes of chance alone.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/fuzz/scenario_text.h"

namespace {

std::vector<std::string> all_scenarios() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::string(std::getenv("BURNRIG_FIXTURES")) + "/scenarios"))
        if (entry.path().extension() == ".yaml")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> texts;
    for (const auto& file : files) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        texts.push_back(text.str());
    }
    return texts;
}

std::string broken(std::string text, const std::string& other, std::mt19937& random) {
    for (int changes = static_cast<int>(random() % 4); changes >= 0 && !text.empty(); --changes) {
        const auto at = random() % text.size();
        switch (random() % 5) {
        case 0:
            text[at] = static_cast<char>(random());
            break;
        case 1:
            text.erase(at, random() % 20 + 1);
            break;
        case 2:
            text.insert(at, other.substr(random() % other.size(), random() % 40));
            break;
        case 3:
            text.insert(at, 1, "[]{}:,'\"#&*!|>\n\t -"[random() % 18]);
            break;
        default:
            text.resize(at);
        }
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_scenario_is_read_and_every_broken_one_gets_a_message) {
    const auto texts = all_scenarios();
    BOOST_REQUIRE(texts.size() > 100);
    std::mt19937 random(20040610);
    std::size_t refused = 0;
    for (const auto& text : texts) {
        BOOST_TEST(burnrig::fuzz::try_scenario(text));
        for (int i = 0; i < 12; ++i)
            refused +=
                burnrig::fuzz::try_scenario(broken(text, texts[random() % texts.size()], random))
                    ? 0
                    : 1;
    }
    BOOST_TEST(refused > texts.size()); // the changes do break files
}

BOOST_AUTO_TEST_CASE(bytes_of_chance_get_a_message) {
    std::mt19937 random(20040611);
    for (int i = 0; i < 2000; ++i) {
        std::string text(random() % 120, '\0');
        for (auto& byte : text)
            byte = static_cast<char>(random());
        BOOST_TEST(!burnrig::fuzz::try_scenario(text));
    }
}
