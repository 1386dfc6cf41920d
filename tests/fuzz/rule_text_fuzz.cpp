// SPDX-License-Identifier: Apache-2.0
// libFuzzer's way into the rule language: every input is a text, and also the recipe of one.
#include "tests/fuzz/rule_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    burnrig::fuzz::try_rule_text({reinterpret_cast<const char*>(bytes), size});
    burnrig::fuzz::try_rule_text(burnrig::fuzz::rule_text_of({bytes, size}));
    return 0;
}
