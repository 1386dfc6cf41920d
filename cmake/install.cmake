# SPDX-License-Identifier: Apache-2.0
# cmake --install: the program with its fixtures and preload library, the libraries with their headers for
# find_package(burnrig). The Python package is installed in python/CMakeLists.txt.
#
#     find_package(burnrig REQUIRED)
#     target_link_libraries(mine PRIVATE burnrig::driver burnrig::harness)
include(CMakePackageConfigHelpers)

install(TARGETS burnrig RUNTIME DESTINATION bin)
install(DIRECTORY fixtures/drives fixtures/media DESTINATION share/burnrig/fixtures)

# The driver alone, or a whole rig: drive, discs, fault rules, traces.
set(libraries burnrig_flags burnrig_mmc burnrig_driver burnrig_yaml_fields burnrig_disc burnrig_faults burnrig_drive
              burnrig_fixtures burnrig_results burnrig_harness)
foreach(library ${libraries})
  string(REPLACE burnrig_ "" name ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
endforeach()
install(TARGETS ${libraries} EXPORT burnrig ARCHIVE DESTINATION lib/burnrig)
install(EXPORT burnrig NAMESPACE burnrig:: FILE burnrig-targets.cmake DESTINATION lib/cmake/burnrig)
install(DIRECTORY mmc driver emulator harness DESTINATION include/burnrig
        FILES_MATCHING PATTERN "*.h" PATTERN nodes EXCLUDE PATTERN command EXCLUDE)

write_basic_package_version_file(burnrig-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/burnrig-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/burnrig-config-version.cmake
        DESTINATION lib/cmake/burnrig)
