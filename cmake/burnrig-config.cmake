# SPDX-License-Identifier: Apache-2.0
# find_package(burnrig): burnrig::driver, the burn driver as a library; burnrig::harness, that and a simulated rig.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(fmt)
find_dependency(yaml-cpp)
find_dependency(nlohmann_json)
find_dependency(CLI11)
find_dependency(tl-expected)
include(${CMAKE_CURRENT_LIST_DIR}/burnrig-targets.cmake)
