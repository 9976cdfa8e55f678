#include "capture/photos/folder.h"

#include <algorithm>
#include <cctype>

#include "base/natural_order.h"
#include "base/text.h"
#include "capture/input/sniff.h"
#include "capture/photos/photo_names.h"

namespace rv::photos {
namespace fs = std::filesystem;
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "_" files are what macOS puts beside photos on foreign disks ("._IMG_1.jpg" is hidden already).
bool IsHidden(const std::string& name) {
  return name.empty() || name[0] == '.' || name == "__MACOSX" || name == "Thumbs.db" || name == "desktop.ini";
}

struct Listing {
  std::vector<fs::path> files;
  std::vector<fs::path> folders;
};

Result<Listing> List(const fs::path& folder, const CaptureLimits& limits) {
  Listing out;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::path& path = entries->path();
    std::error_code ignored;
    const bool folder_inside = entries->is_directory(ignored);
    if (folder_inside && IsHidden(path.filename().string())) continue;
    (folder_inside ? out.folders : out.files).push_back(path);
    if (out.files.size() + out.folders.size() > static_cast<std::size_t>(limits.max_files))
      return Fail(ErrorCode::kUnsupported,
                  Text(folder.filename(), " holds more than ", limits.max_files, " files"),
                  "give a folder with the photos of one item");
  }
  if (error)
    return Fail(ErrorCode::kNotFound, folder.string() + " cannot be read: " + error.message(),
                "check the name and that the folder may be read");
  const auto by_name = [](const fs::path& a, const fs::path& b) {
    return NaturalLess(a.filename().string(), b.filename().string());
  };
  std::sort(out.files.begin(), out.files.end(), by_name);
  std::sort(out.folders.begin(), out.folders.end(), by_name);
  return out;
}

std::string Names(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i) out += (i > 0 ? ", " : "") + names[i];
  return names.size() > kMost ? out + Text(" and ", names.size() - kMost, " more") : out;
}

// Sorts the files of one folder into photos, clips and the rest.
struct Sorted {
  FolderContents contents;
  std::vector<fs::path> videos;
  std::vector<std::string> ignored;  // neither photos nor clips
};

InputRecord Unread(std::string name, std::string reason) {
  return {.name = std::move(name), .state = InputState::kUnread, .reason = std::move(reason)};
}
InputRecord LeftOut(std::string name, std::string reason) {
  return {.name = std::move(name), .state = InputState::kLeftOut, .reason = std::move(reason)};
}

void SortFile(const fs::path& path, const CaptureLimits& limits, std::uint64_t& bytes, Sorted& out) {
  const std::string name = CleanName(path.filename().string());
  std::vector<InputRecord>& rejected = out.contents.rejected;
  if (IsHidden(path.filename().string()))
    return rejected.push_back(SetAside(path.filename().string(), input::FileKind::kUnknown, {}));
  if (path.filename() == "transforms.json") {
    out.contents.transforms = path;
    return rejected.push_back(LeftOut(name, "poses of the phone, not a picture"));
  }
  const Result<input::OpenFile> file = input::OpenFile::Open(path, limits.max_bytes);
  if (!file) {
    if (!input::NamedLikePhoto(path.filename().string())) out.ignored.push_back(name);
    return rejected.push_back(Unread(name, file.error().message));
  }
  if (input::IsPhoto(file->kind())) {
    if (bytes + file->size() > limits.max_bytes)
      return rejected.push_back(Unread(name, "over the limit of bytes for all photos together"));
    bytes += file->size();
    return out.contents.photos.push_back(path);
  }
  if (file->kind() == input::FileKind::kVideo) return out.videos.push_back(path);
  rejected.push_back(SetAside(path.filename().string(), file->kind(), file->unread_format()));
  if (rejected.back().state == InputState::kLeftOut) out.ignored.push_back(name);
}

Sorted SortFiles(const Listing& listing, const fs::path& folder, const CaptureLimits& limits) {
  Sorted out;
  out.contents.folder = folder;
  std::uint64_t bytes = 0;
  for (const fs::path& path : listing.files) SortFile(path, limits, bytes, out);
  return out;
}

const fs::path* Find(const std::vector<fs::path>& folders, const char* name) {
  for (const fs::path& folder : folders)
    if (folder.filename() == name) return &folder;
  return nullptr;
}

tl::unexpected<Error> NothingHere(const fs::path& folder, const Listing& listing, const Sorted& sorted) {
  const std::string name = folder.filename().string();
  std::vector<std::string> details;
  for (const InputRecord& r : sorted.contents.rejected)
    if (r.state == InputState::kUnread) details.push_back(r.name + ": " + r.reason);
  if (!details.empty())
    return Fail(ErrorCode::kInsufficientData, name + " holds no photo that can be read",
                "give photos as JPEG, PNG, WebP, HEIC or TIFF, or one clip", std::move(details));
  if (!listing.folders.empty()) {
    std::vector<std::string> names;
    for (const fs::path& f : listing.folders) names.push_back(f.filename().string());
    return Fail(ErrorCode::kInvalidArgument, name + " holds folders, not photos: " + Names(names),
                "give the folder of one item");
  }
  return Fail(ErrorCode::kInsufficientData, name + " holds no photo and no clip",
              "give a folder with photos taken round the item");
}

// Clips beside photos. The seller may have meant them, so each is named.
void LeaveOutClips(Sorted& sorted) {
  std::vector<std::string> names;
  for (const fs::path& video : sorted.videos) {
    names.push_back(CleanName(video.filename().string()));
    sorted.contents.rejected.push_back(LeftOut(names.back(), "a clip beside the photos"));
  }
  if (names.empty()) return;
  sorted.contents.warnings.push_back(names.size() == 1
                                         ? "The clip " + names[0] +
                                               " beside the photos was not used; give it by itself to use it."
                                         : Text("Clips beside the photos were not used: ", Names(names),
                                                "; give one of them by itself to use it."));
}

// Folders inside, but the one that is read: one input each.
void LeaveOutFolders(const Listing& listing, const fs::path* read, Sorted& sorted) {
  for (const fs::path& folder : listing.folders)
    if (read == nullptr || folder != *read)
      sorted.contents.rejected.push_back(
          LeftOut(CleanName(folder.filename().string()) + "/", "a folder inside, not looked into"));
}

void SayIgnored(Sorted& sorted) {
  if (sorted.ignored.empty()) return;
  sorted.contents.warnings.push_back(
      (sorted.contents.video ? "Ignored beside the clip: " : "Ignored beside the photos: ") +
      Names(sorted.ignored) + ".");
}

Result<FolderContents> ReadLevel(const fs::path& folder, const CaptureLimits& limits, int depth) {
  const Result<Listing> listing = List(folder, limits);
  if (!listing) return Forward(listing);
  Sorted sorted = SortFiles(*listing, folder, limits);
  FolderContents& out = sorted.contents;
  if (out.photos.empty() && depth == 0) {
    const fs::path* inside = Find(listing->folders, "images");
    if (inside == nullptr && sorted.videos.empty()) inside = Find(listing->folders, "video");
    if (inside != nullptr) {
      Result<FolderContents> deeper = ReadLevel(*inside, limits, 1);
      if (!deeper) return deeper;
      if (deeper->transforms.empty()) deeper->transforms = out.transforms;
      LeaveOutFolders(*listing, inside, sorted);
      LeaveOutClips(sorted);
      SayIgnored(sorted);
      deeper->warnings.insert(deeper->warnings.end(), out.warnings.begin(), out.warnings.end());
      deeper->rejected.insert(deeper->rejected.end(), out.rejected.begin(), out.rejected.end());
      return deeper;
    }
  }
  LeaveOutFolders(*listing, nullptr, sorted);
  // One photo makes no spin: it is a clip's cover, or the still of a live photo.
  if (out.photos.size() == 1 && sorted.videos.size() == 1) {
    const std::string name = CleanName(out.photos.front().filename().string());
    sorted.ignored.push_back(name);
    out.rejected.push_back(LeftOut(name, "a photo beside the clip"));
    out.photos.clear();
  }
  if (out.photos.empty()) {
    if (sorted.videos.empty()) return NothingHere(folder, *listing, sorted);
    if (sorted.videos.size() > 1)
      return Fail(ErrorCode::kInvalidArgument,
                  Text(folder.filename(), " holds ", sorted.videos.size(), " clips"),
                  "give one of the clips by its name");
    out.video = sorted.videos.front();
  } else {
    LeaveOutClips(sorted);
  }
  SayIgnored(sorted);
  return std::move(out);
}

}  // namespace

InputRecord SetAside(const std::string& raw_name, input::FileKind kind, std::string_view unread_format) {
  const std::string name = CleanName(raw_name);
  if (IsHidden(raw_name)) return LeftOut(name, "a file of the system");
  if (kind == input::FileKind::kVideo) return LeftOut(name, "a clip beside the photos");
  if (kind == input::FileKind::kEmpty) return Unread(name, "empty (0 bytes)");
  if (!unread_format.empty())
    return Unread(name, Text(unread_format, " is not supported: ", input::UnreadRemedy(kind)));
  if (input::NamedLikePhoto(raw_name)) return Unread(name, "not a picture, whatever its name says");
  return LeftOut(name, "neither a photo nor a clip");
}

std::string NameSkeleton(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (IsDigit(c) && !out.empty() && out.back() == '0') continue;
    out += IsDigit(c) ? '0' : c;
  }
  return out;
}

Result<FolderContents> ReadFolder(const fs::path& folder, const CaptureLimits& limits) {
  Result<FolderContents> out = ReadLevel(folder, limits, 0);
  if (!out || !out->transforms.empty()) return out;
  // Given X/images itself, the poses lie in X.
  const fs::path clean = fs::absolute(folder).lexically_normal();
  const fs::path beside =
      (clean.filename().empty() ? clean.parent_path() : clean).parent_path() / "transforms.json";
  const bool is_images = (clean.filename().empty() ? clean.parent_path() : clean).filename() == "images";
  std::error_code ignored;
  if (is_images && fs::is_regular_file(beside, ignored)) out->transforms = beside;
  return out;
}

}  // namespace rv::photos
