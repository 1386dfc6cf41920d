// SPDX-License-Identifier: Apache-2.0
// Exceptions: their classes are Python (burnrig/errors.py), made here of what C++ has to tell.
#include <cmath>
#include <stdexcept>

#include "python/module/bindings.h"

namespace burnrig::python {
namespace {

py::object error_class(const char* name) {
    return py::module_::import("burnrig.errors").attr(name);
}

void raise(const py::object& kind, const py::object& instance) {
    PyErr_SetObject(kind.ptr(), instance.ptr());
}

void translate(std::exception_ptr thrown) {
    try {
        if (thrown)
            std::rethrow_exception(thrown);
    } catch (const RigError& error) {
        const auto kind = error_class("RigError");
        raise(kind, kind(error.message));
    } catch (const BurnFailed& failed) {
        const auto kind = error_class("BurnError");
        raise(kind, kind(driver::to_text(failed.error), to_python(driver::to_json(failed.error))));
    }
}

} // namespace

py::object to_python(const harness::Json& json) {
    const auto text = json.dump(-1, ' ', false, harness::Json::error_handler_t::replace);
    return py::module_::import("json").attr("loads")(text);
}

mmc::Duration duration_of(double seconds) {
    constexpr double seconds_max = 1e9; // thirty years; nanoseconds have room for ten times that
    if (!std::isfinite(seconds) || seconds < 0 || seconds > seconds_max)
        throw py::value_error("seconds must be a number from 0 to 1e9");
    return std::chrono::duration_cast<mmc::Duration>(std::chrono::duration<double>(seconds));
}

void bind_errors(py::module_& /*module*/) {
    py::register_exception_translator(translate);
}

} // namespace burnrig::python
