# The two functions every folder's CMakeLists.txt is made of, and the check that no test is forgotten.

find_program(MOLD mold)

add_library(perpetua_flags INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(perpetua_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror
    -fcoroutines -fpch-preprocess)
else()
  # Clang is for the fuzzer alone; GCC has judged the warnings. ccache wants headers without a time.
  target_compile_options(perpetua_flags INTERFACE -Xclang -fno-pch-timestamp)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Where it inlines std::string, GCC 12 warns of sizes that cannot be (GCC bugs 105329, 105651).
  target_compile_options(perpetua_flags INTERFACE
    $<$<CONFIG:Release>:-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread>)
endif()
target_include_directories(perpetua_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
# The C++ standard library alone halves the time of a small file; nothing heavier is shared by all.
target_precompile_headers(perpetua_flags INTERFACE
  <algorithm> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional>
  <string> <string_view> <unordered_map> <utility> <vector>)
if(PERPETUA_SANITIZE)
  target_compile_options(perpetua_flags INTERFACE
    -fsanitize=${PERPETUA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(perpetua_flags INTERFACE -fsanitize=${PERPETUA_SANITIZE})
endif()
if(PERPETUA_SIMULATION)
  target_compile_definitions(perpetua_flags INTERFACE PERPETUA_SIMULATION)
endif()
if(MOLD)
  target_link_options(perpetua_flags INTERFACE -fuse-ld=mold)
endif()

# perpetua_library(base SOURCES a.cc b.cc DEPS perpetua_port ...): static library perpetua_base.
function(perpetua_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_library(perpetua_${name} STATIC ${arg_SOURCES})
  target_link_libraries(perpetua_${name} PUBLIC perpetua_flags ${arg_DEPS})
endfunction()

# perpetua_tests(base SOURCES a_test.cc DEPS ...): executable base_tests, each case known to ctest.
function(perpetua_tests name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  foreach(source IN LISTS arg_SOURCES)
    cmake_path(ABSOLUTE_PATH source NORMALIZE OUTPUT_VARIABLE path)
    set_property(GLOBAL APPEND PROPERTY PERPETUA_TEST_SOURCES ${path})
  endforeach()
  if(NOT PERPETUA_TESTS)
    return()
  endif()
  add_executable(${name}_tests ${arg_SOURCES})
  target_link_libraries(${name}_tests PRIVATE perpetua_flags ${arg_DEPS} GTest::gmock GTest::gtest_main)
  include(GoogleTest)
  gtest_discover_tests(${name}_tests DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()

# A *_test.cc that no perpetua_tests() names would pass by never running: refuse to configure.
function(perpetua_every_test_is_registered)
  get_property(registered GLOBAL PROPERTY PERPETUA_TEST_SOURCES)
  file(GLOB_RECURSE present CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/src/*_test.cc ${CMAKE_SOURCE_DIR}/buyers/*_test.cc
    ${CMAKE_SOURCE_DIR}/fuzz/*_test.cc)
  foreach(path IN LISTS present)
    if(NOT path IN_LIST registered)
      message(FATAL_ERROR "${path} is run by nothing: name it in a perpetua_tests() of its folder")
    endif()
  endforeach()
endfunction()
