// SPDX-License-Identifier: Apache-2.0
// From rules and statements to their canonical line: parsing it gives an equal value back.
//
//     print(rule)        opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03
//     print(statement)   fault opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03
//
// Full command names, sense codes as triples, one blank between words. Thread-safe (no state).
#pragma once

#include <string>

#include "emulator/faults/statement.h"

namespace burnrig::emulator::faults {

std::string print(const FaultRule& rule);
std::string print(const Statement& statement);

std::string print(const Point& point);
std::string print(const Qualifier& qualifier);
std::string print(const Action& action);
std::string print(const Limit& limit);

} // namespace burnrig::emulator::faults
