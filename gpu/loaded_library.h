// A shared library that is loaded for as long as it is looked into.
#pragma once

#include <dlfcn.h>

#include <memory>

namespace rv::gpu {

struct LibraryCloser {
  void operator()(void* handle) const { dlclose(handle); }
};
using LoadedLibrary = std::unique_ptr<void, LibraryCloser>;

// Null where there is no library of that name.
inline LoadedLibrary OpenLibrary(const char* name) {
  return LoadedLibrary(dlopen(name, RTLD_NOW | RTLD_LOCAL));
}

}  // namespace rv::gpu
