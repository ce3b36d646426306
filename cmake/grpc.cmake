# grpc_static: gRPC and what it needs as static libraries, in an order that needs no group. Debian's own CMake targets
# and pkg-config files are for the shared ones, which cost each start of the program several milliseconds.
# plugin_protocol: the messages of proto/, compiled without warnings, debug information and precompiled header.

set(grpc_names
    grpc++ grpc address_sorting re2 upb cares z gpr
    absl_raw_hash_set absl_hash absl_city absl_low_level_hash absl_random_internal_pool_urbg
    absl_random_internal_randen absl_random_internal_randen_hwaes absl_random_internal_randen_hwaes_impl
    absl_random_internal_randen_slow absl_random_internal_platform absl_random_internal_seed_material
    absl_random_seed_gen_exception absl_statusor absl_status absl_cord absl_cordz_info absl_cord_internal
    absl_cordz_functions absl_exponential_biased absl_cordz_handle absl_bad_optional_access absl_strerror
    absl_str_format_internal absl_synchronization absl_graphcycles_internal absl_stacktrace absl_symbolize
    absl_debugging_internal absl_demangle_internal absl_malloc_internal absl_time absl_strings
    absl_strings_internal absl_base absl_spinlock_wait absl_int128 absl_throw_delegate absl_time_zone
    absl_bad_variant_access absl_raw_logging_internal protobuf-lite)

add_library(grpc_static INTERFACE)
foreach(name IN LISTS grpc_names)
  find_library(PARTERRE_LIB_${name} NAMES lib${name}.a REQUIRED)
  mark_as_advanced(PARTERRE_LIB_${name})
  target_link_libraries(grpc_static INTERFACE ${PARTERRE_LIB_${name}})
endforeach()
target_link_libraries(grpc_static INTERFACE OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} rt m)

find_program(PROTOC protoc REQUIRED)
set(proto_out ${CMAKE_BINARY_DIR}/proto)
set(proto_sources "")
foreach(name tfplugin6 tfplugin5 goplugin)
  add_custom_command(
    OUTPUT ${proto_out}/${name}.pb.cc ${proto_out}/${name}.pb.h
    COMMAND ${PROTOC} --proto_path=${PROJECT_SOURCE_DIR}/proto --cpp_out=${proto_out} ${name}.proto
    DEPENDS ${PROJECT_SOURCE_DIR}/proto/${name}.proto ${PROJECT_SOURCE_DIR}/proto/tfplugin6.proto
    VERBATIM)
  list(APPEND proto_sources ${proto_out}/${name}.pb.cc)
endforeach()
file(MAKE_DIRECTORY ${proto_out})
add_library(plugin_protocol STATIC ${proto_sources})
target_include_directories(plugin_protocol SYSTEM PUBLIC ${proto_out})
target_compile_options(plugin_protocol PRIVATE -O1 -g0 -w)
target_link_libraries(plugin_protocol PUBLIC grpc_static)
