// SPDX-License-Identifier: Apache-2.0
// The extension module burnrig._burnrig: what is C++ in the Python package, and no more of it than
// has to be. Each file binds one thing; what needs no C++ is Python, in python/burnrig.
//
//     burnrig (Python)  ->  _burnrig (this)  ->  harness, driver, emulator
//
// Long calls give the interpreter lock away; errors of the harness become burnrig.RigError, failed
// operations of the driver burnrig.BurnError, with all that the structured error has.
#pragma once

#include <string>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "driver/error.h"
#include "harness/report/result_json.h"
#include "mmc/result.h"

namespace burnrig::python {

namespace py = pybind11;

// In the order in which they have to be called: later ones have the types of earlier ones.
void bind_errors(py::module_& module);
void bind_fixtures(py::module_& module);
void bind_disc(py::module_& module);
void bind_target(py::module_& module);
void bind_driver(py::module_& module);
void bind_truth(py::module_& module);

/// What was asked for cannot be done: burnrig.RigError with this text.
struct RigError {
    std::string message;
};
/// An operation of the driver failed: burnrig.BurnError.
struct BurnFailed {
    driver::BurnError error;
};

template <class T>
T value_of(mmc::Result<T>&& result) {
    if (!result)
        throw RigError{result.error().message};
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

template <class T>
T value_of(driver::Outcome<T>&& outcome) {
    if (!outcome)
        throw BurnFailed{std::move(outcome.error())};
    if constexpr (!std::is_void_v<T>)
        return std::move(*outcome);
}

/// Dictionaries, lists, texts and numbers.
py::object to_python(const harness::Json& json);

inline double seconds_of(mmc::Duration time) {
    return std::chrono::duration<double>(time).count();
}
/// Any number of seconds; what is no time that a drive could take is a ValueError.
mmc::Duration duration_of(double seconds);

} // namespace burnrig::python
