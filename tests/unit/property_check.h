// SPDX-License-Identifier: Apache-2.0
// Runs a rapidcheck property a fixed number of times from a fixed seed, as a Boost.Test check: the
// same every time, and a failure is shrunk and printed.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

namespace burnrig {

template <class Property>
void check_property(const std::string& name, int runs, std::uint64_t seed, Property property) {
    rc::detail::TestParams parameters;
    parameters.seed = seed;
    parameters.maxSuccess = runs;
    rc::detail::TestMetadata metadata;
    metadata.id = name;
    const auto result = rc::detail::checkTestable(property, metadata, parameters);
    std::ostringstream message;
    rc::detail::printResultMessage(result, message);
    BOOST_TEST(result.template is<rc::detail::SuccessResult>(), name << ": " << message.str());
}

} // namespace burnrig
