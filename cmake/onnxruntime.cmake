# ONNX Runtime as the target onnxruntime::onnxruntime, from where scripts/setup_onnxruntime puts it; another place with
# lib/ and include/ by -DROTAVIEW_ONNXRUNTIME=FOLDER.
set(ROTAVIEW_ONNXRUNTIME /usr/local/lib/rotaview/onnxruntime-1.30.0 CACHE PATH "Folder with ONNX Runtime's lib/ and include/")
find_library(ONNXRUNTIME_LIBRARY NAMES libonnxruntime.so.1 PATHS ${ROTAVIEW_ONNXRUNTIME}/lib NO_DEFAULT_PATH)
find_path(ONNXRUNTIME_INCLUDE_DIR onnxruntime_cxx_api.h PATHS ${ROTAVIEW_ONNXRUNTIME}/include NO_DEFAULT_PATH)
if(NOT ONNXRUNTIME_LIBRARY OR NOT ONNXRUNTIME_INCLUDE_DIR)
  message(FATAL_ERROR "ONNX Runtime is not in ${ROTAVIEW_ONNXRUNTIME}: run scripts/setup")
endif()
add_library(onnxruntime::onnxruntime SHARED IMPORTED)
set_target_properties(onnxruntime::onnxruntime PROPERTIES
  IMPORTED_LOCATION ${ONNXRUNTIME_LIBRARY}
  IMPORTED_SONAME libonnxruntime.so.1
  INTERFACE_INCLUDE_DIRECTORIES ${ONNXRUNTIME_INCLUDE_DIR})
