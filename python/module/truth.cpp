// SPDX-License-Identifier: Apache-2.0
// What scenarios judge burning programs by, for those who judge them in Python.
#include "harness/scenario/assess.h"
#include "python/module/bindings.h"

namespace burnrig::python {
namespace {

bool is_everyday(std::uint8_t status, std::uint16_t host_status, std::string_view sense_bytes) {
    mmc::Completion completion;
    completion.status = static_cast<mmc::Status>(status);
    completion.host = static_cast<mmc::HostStatus>(host_status);
    const auto length = std::min(sense_bytes.size(), completion.sense.bytes.size());
    std::copy_n(sense_bytes.begin(), length, completion.sense.bytes.begin());
    completion.sense.length = static_cast<std::uint8_t>(length);
    return harness::scenario::is_everyday(completion);
}

bool names_sense(const std::string& text, std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) {
    return harness::scenario::names_sense(text,
                                          {static_cast<mmc::SenseKey>(key & 0x0F), asc, ascq});
}

} // namespace

void bind_truth(py::module_& module) {
    module.def("is_everyday", is_everyday, py::arg("status"), py::arg("host_status"),
               py::arg("sense_bytes"),
               "An answer of a drive in good health: news, patience, a command it does not know.");
    module.def("names_sense", names_sense, py::arg("text"), py::arg("key"), py::arg("asc"),
               py::arg("ascq"),
               "Whether a program's words name this sense code, by its numbers or by its text.");
}

} // namespace burnrig::python
