# Build rules shared by every room: language level, warnings, sanitizers, and the functions xl_module, xl_test,
# xl_fuzz and xl_bench. A room is one folder = one static library = one alias xinglin::<name>, where the name is the
# folder below src/ with slashes turned into underscores (store/sql -> xinglin::store_sql).

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(XL_SANITIZE "" CACHE STRING "Sanitizers for the whole build: address,undefined or thread")
option(XL_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(XL_BENCH "Build the benchmarks" OFF)

find_program(XL_CCACHE ccache)
if(XL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${XL_CCACHE})
endif()
find_program(XL_MOLD mold)
if(XL_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of these two on std::string and std::variant when it inlines at -O2.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
endif()
if(XL_SANITIZE)
  add_compile_options(-fsanitize=${XL_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${XL_SANITIZE})
  if(XL_SANITIZE MATCHES "address")
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
  endif()
  if(XL_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(XL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -g1)
  add_link_options(-fsanitize=address,undefined)
endif()

# xl_module(NAME SRCS ... [PUBLIC ...] [PRIVATE ...])
function(xl_module name)
  cmake_parse_arguments(ARG "" "" "SRCS;PUBLIC;PRIVATE" ${ARGN})
  add_library(xl_${name} STATIC ${ARG_SRCS})
  add_library(xinglin::${name} ALIAS xl_${name})
  target_include_directories(xl_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(xl_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# xl_test(NAME SRCS ... DEPS ... [LABELS ...]): one GoogleTest program, one ctest entry.
function(xl_test name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;LABELS" ${ARGN})
  if(XL_FUZZ)
    return()
  endif()
  add_executable(${name}_test ${ARG_SRCS})
  target_link_libraries(${name}_test PRIVATE ${ARG_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE XL_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    XL_TEST_DIR="${CMAKE_CURRENT_SOURCE_DIR}" XL_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
endfunction()

# xl_fuzz(NAME SRC file.cpp DEPS ... CORPUS dir): a libFuzzer program under XL_FUZZ; in every other build a plain
# program that replays the committed corpus, run by ctest. The source defines LLVMFuzzerTestOneInput only.
function(xl_fuzz name)
  cmake_parse_arguments(ARG "" "SRC;CORPUS" "DEPS" ${ARGN})
  add_executable(${name}_fuzz ${ARG_SRC})
  target_link_libraries(${name}_fuzz PRIVATE ${ARG_DEPS})
  if(XL_FUZZ)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name}_fuzz PRIVATE ${PROJECT_SOURCE_DIR}/tools/fuzz_replay.cpp)
    add_test(NAME fuzz_corpus_${name} COMMAND ${name}_fuzz ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS})
    set_tests_properties(fuzz_corpus_${name} PROPERTIES TIMEOUT 120 LABELS "fuzz")
  endif()
endfunction()

# xl_bench(NAME SRCS ... DEPS ...): a benchmark program, built under XL_BENCH only.
function(xl_bench name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  if(XL_BENCH)
    add_executable(${name}_bench ${ARG_SRCS})
    target_link_libraries(${name}_bench PRIVATE ${ARG_DEPS})
  endif()
endfunction()
