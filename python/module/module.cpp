// SPDX-License-Identifier: Apache-2.0
#include "python/module/bindings.h"

PYBIND11_MODULE(_burnrig, module) {
    using namespace burnrig::python;
    module.doc() = "The part of Burnrig's Python package that is C++: use the package burnrig.";
    module.attr("version") = burnrig::harness::version();
    bind_errors(module);
    bind_fixtures(module);
    bind_disc(module);
    bind_target(module);
    bind_driver(module);
    bind_truth(module);
}
