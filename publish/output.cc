#include "publish/output.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>

namespace rv::publish {
namespace fs = std::filesystem;
namespace {

constexpr char kListName[] = ".rotaview-export";

std::span<const std::uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Status CheckIsNoAsset(const fs::path& target) {
  if (target.extension() != ".rview") return {};
  return Fail(ErrorCode::kInvalidArgument, target.string() + " names an asset, and an export is not one",
              "give the output another name");
}

std::set<std::string> ListedNames(const fs::path& folder) {
  std::set<std::string> names;
  std::ifstream list(folder / kListName);
  for (std::string line; std::getline(list, line);) names.insert(line);
  return names;
}

// Refuses a folder that holds something which no export put there.
Status CheckReplaceable(const fs::path& folder) {
  const std::set<std::string> listed = ListedNames(folder);
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory() && !it->is_symlink()) continue;
    const std::string name = it->path().lexically_relative(folder).generic_string();
    if (name == kListName || listed.contains(name)) continue;
    return Fail(ErrorCode::kInvalidArgument,
                "the folder " + folder.string() + " holds " + name + ", which no export put there",
                "give a new folder name, or empty that folder yourself");
  }
  if (error) return tl::unexpected(SystemError("cannot list", folder, error.value()));
  return {};
}

}  // namespace

bool IsSafeRelativeName(std::string_view name) {
  if (name.empty() || name.find('\0') != name.npos || name.find('\n') != name.npos) return false;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

Result<StagedOutput> StageFile(const fs::path& target) {
  if (const Status no_asset = CheckIsNoAsset(target); !no_asset) return Forward(no_asset);
  return StagedOutput::File(target);
}

Status WriteOutput(const fs::path& target, std::string_view text) {
  if (const Status no_asset = CheckIsNoAsset(target); !no_asset) return Forward(no_asset);
  return WriteFileAtomically(target, text);
}

Result<OutputFolder> OutputFolder::Create(const fs::path& target) {
  if (const Status no_asset = CheckIsNoAsset(target); !no_asset) return Forward(no_asset);
  if (std::error_code ignored; fs::is_directory(target, ignored)) {
    if (const Status replaceable = CheckReplaceable(target); !replaceable) return Forward(replaceable);
  }
  Result<StagedOutput> staged = StagedOutput::Folder(target, ExistingFolder::kReplace);
  if (!staged) return Forward(staged);
  return OutputFolder(std::move(*staged));
}

Status OutputFolder::Write(const std::string& name, std::span<const std::uint8_t> bytes) {
  if (!IsSafeRelativeName(name))
    return Fail(ErrorCode::kCorrupt, "the asset holds a picture with the unfit name '" + name + "'",
                "convert the clip again");
  if (std::find(names_.begin(), names_.end(), name) != names_.end())
    return Fail(ErrorCode::kCorrupt, "the asset holds two pictures named '" + name + "'",
                "convert the clip again");
  std::error_code error;
  const fs::path path = staged_.path() / name;
  fs::create_directories(path.parent_path(), error);
  if (error) return tl::unexpected(SystemError("cannot make", path.parent_path(), error.value()));
  names_.push_back(name);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return tl::unexpected(SystemError("cannot write", path, errno));
  return {};
}

Status OutputFolder::Write(const std::string& name, std::string_view text) {
  return Write(name, Bytes(text));
}

Status OutputFolder::Commit() {
  std::string list;
  for (const std::string& name : names_) list += name + "\n";
  if (const Status written = Write(kListName, list); !written) return Forward(written);
  // Checked again: a file may have been put there meanwhile.
  if (std::error_code ignored; fs::is_directory(staged_.target(), ignored)) {
    if (const Status replaceable = CheckReplaceable(staged_.target()); !replaceable)
      return Forward(replaceable);
  }
  return staged_.Commit();
}

}  // namespace rv::publish
