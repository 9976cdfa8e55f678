// A temporary folder for tests: throws where the library's returns an Error.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/temp_folder.h"

namespace rv::testing {

class TempFolder {
 public:
  TempFolder() : folder_(rv::TempFolder::Make("rotaview-test").value()) {}

  const std::filesystem::path& path() const { return folder_.path(); }
  std::filesystem::path operator/(std::string_view name) const { return path() / name; }
  // Names of what is in the folder, hidden files too, sorted.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path()))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

 private:
  rv::TempFolder folder_;
};

}  // namespace rv::testing
