# Compiler settings shared by every target, and the helper that declares a library or program of the house.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(rv_options INTERFACE)
target_include_directories(rv_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(rv_options INTERFACE -Wall -Wextra -Wshadow -Wno-missing-field-initializers)
# -ffp-contract=off: the same sums with and without FMA, so that a build gives the same bytes on every x86-64.
target_compile_options(rv_options INTERFACE -ffp-contract=off)
# Nobody asks for errno or floating-point traps after a square root: loops that take one are vectorized, with the same bits.
target_compile_options(rv_options INTERFACE -fno-math-errno -fno-trapping-math)
if(ROTAVIEW_SANITIZE)
  # No vptr check: in the decoder's child process, which may open nothing, it takes every object for a broken one.
  target_compile_options(rv_options INTERFACE -fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer)
  # Eigen allocates otherwise under a sanitizer than in Debian's Ceres: matrices that cross over would be freed wrongly.
  target_compile_definitions(rv_options INTERFACE EIGEN_MALLOC_ALREADY_ALIGNED=1)
  target_link_options(rv_options INTERFACE -fsanitize=address,undefined)
endif()

if(ROTAVIEW_ODR)
  # Types that differ under one name in two sources are seen only when their sources meet.
  target_compile_options(rv_options INTERFACE -flto=auto -Wodr -Werror=odr)
  target_link_options(rv_options INTERFACE -flto=auto -Wodr -Werror=odr)
endif()

# The sources of one room are compiled as one: their headers are parsed and their templates made once, which takes a
# third of the time. Off in the presets `dev` (a changed source is built sooner alone), `plain` and `tidy` (which show a
# source that leans on what its neighbor includes).
option(ROTAVIEW_UNITY "Compile the sources of each folder together" ON)
# rv_unite(TARGET SOURCES ... [GROUP name]): one group for each folder, or all in the group named.
function(rv_unite target)
  cmake_parse_arguments(ARG "" "GROUP" "SOURCES" ${ARGN})
  if(NOT ROTAVIEW_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # GCC takes an included source for a header, where a type of an unnamed namespace would be a fault.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  foreach(source ${ARG_SOURCES})
    get_filename_component(room "${source}" DIRECTORY)
    if(ARG_GROUP)
      set(room ${ARG_GROUP})
    endif()
    if(NOT IS_ABSOLUTE "${source}")  # generated
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP "room_${room}")
    endif()
  endforeach()
endfunction()

# rv_library(NAME SOURCES ... PUBLIC targets... PRIVATE targets...)
function(rv_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC rv_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  rv_unite(${name} SOURCES ${ARG_SOURCES})
endfunction()

# rv_test(NAME SOURCES ... LINK targets...): one GoogleTest program per mirrored folder.
function(rv_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE rv_options ${ARG_LINK} GTest::gmock GTest::gtest_main)
  # What is tested is compiled as it ships; the tests themselves are compiled sooner than they would run faster.
  target_compile_options(${name} PRIVATE -O1)
  rv_unite(${name} SOURCES ${ARG_SOURCES} GROUP tests)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 DISCOVERY_MODE PRE_TEST
                       WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                       PROPERTIES TIMEOUT 600)
endfunction()
