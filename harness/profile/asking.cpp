// SPDX-License-Identifier: Apache-2.0
#include "harness/profile/asking.h"

#include <algorithm>

namespace burnrig::harness::profile {
namespace {

constexpr int tries = 4; // a new disc and a power-on have one unit attention each
constexpr std::chrono::seconds patience{30};

bool may_be_asked(std::uint8_t opcode) {
    return std::any_of(asking_commands.begin(), asking_commands.end(), [opcode](mmc::Opcode known) {
        return static_cast<std::uint8_t>(known) == opcode;
    });
}

} // namespace

Bytes Asker::ask(std::initializer_list<std::uint8_t> words, std::size_t room) {
    const Bytes cdb(words);
    if (cdb.empty() || !may_be_asked(cdb.front()))
        return {};
    Bytes reply(room);
    for (int attempt = 0; attempt < tries; ++attempt) {
        const auto completion = target_.execute({cdb, {}, reply, patience});
        if (completion.good()) {
            reply.resize(std::min<std::size_t>(completion.transferred, room));
            return reply;
        }
        const auto sense = mmc::decode_sense(completion.sense.view());
        if (!sense)
            return {};
        if (sense->code == mmc::sense::invalid_opcode)
            unknown_.set(cdb.front());
        if (sense->code.key != mmc::SenseKey::unit_attention)
            return {};
    }
    return {};
}

} // namespace burnrig::harness::profile
