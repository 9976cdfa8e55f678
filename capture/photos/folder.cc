#include "capture/photos/folder.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "capture/input/sniff.h"

namespace rv::photos {
namespace fs = std::filesystem;
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "_" files are what macOS puts beside photos on foreign disks ("._IMG_1.jpg" is hidden already).
bool IsHidden(const std::string& name) {
  return name.empty() || name[0] == '.' || name == "__MACOSX" || name == "Thumbs.db" || name == "desktop.ini";
}

bool NamedLikePhoto(const fs::path& path) {
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const char* known :
       {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".tif", ".tiff", ".gif", ".bmp"})
    if (suffix == known) return true;
  return false;
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
    if (IsHidden(path.filename().string())) continue;
    std::error_code ignored;
    (entries->is_directory(ignored) ? out.folders : out.files).push_back(path);
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
  return names.size() > kMost ? out + ", ..." : out;
}

// Sorts the files of one folder into photos, clips and the rest.
struct Sorted {
  FolderContents contents;
  std::vector<fs::path> videos;
  std::vector<std::string> ignored;
};

Sorted SortFiles(const Listing& listing, const fs::path& folder, const CaptureLimits& limits) {
  Sorted out;
  out.contents.folder = folder;
  std::uint64_t bytes = 0;
  for (const fs::path& path : listing.files) {
    const std::string name = path.filename().string();
    const Result<input::OpenFile> file = input::OpenFile::Open(path, limits.max_bytes);
    if (!file) {
      if (NamedLikePhoto(path))
        out.contents.rejected.push_back({.name = name, .reason = file.error().message});
      if (!NamedLikePhoto(path)) out.ignored.push_back(name);
      continue;
    }
    if (input::IsPhoto(file->kind()) && bytes + file->size() > limits.max_bytes) {
      out.contents.rejected.push_back(
          {.name = name, .reason = "over the limit of bytes for all photos together"});
    } else if (input::IsPhoto(file->kind())) {
      bytes += file->size();
      out.contents.photos.push_back(path);
    } else if (file->kind() == input::FileKind::kVideo) {
      out.videos.push_back(path);
    } else if (NamedLikePhoto(path) || file->kind() == input::FileKind::kOtherPicture) {
      const bool known = file->kind() != input::FileKind::kUnknown;
      out.contents.rejected.push_back(
          {.name = name, .reason = known ? "a kind of picture or file that is not read" : "not a picture"});
    } else {
      if (name == "transforms.json") out.contents.transforms = path;
      if (name != "transforms.json") out.ignored.push_back(name);
    }
  }
  return out;
}

const fs::path* Find(const std::vector<fs::path>& folders, const char* name) {
  for (const fs::path& folder : folders)
    if (folder.filename() == name) return &folder;
  return nullptr;
}

tl::unexpected<Error> NothingHere(const fs::path& folder, const Listing& listing, const Sorted& sorted) {
  const std::string name = folder.filename().string();
  if (!sorted.contents.rejected.empty()) {
    std::vector<std::string> details;
    for (const RejectedFrame& r : sorted.contents.rejected) details.push_back(r.name + ": " + r.reason);
    return Fail(ErrorCode::kInsufficientData, name + " holds no photo that can be read",
                "copy the photos from the phone again", std::move(details));
  }
  if (!listing.folders.empty()) {
    std::vector<std::string> names;
    for (const fs::path& f : listing.folders) names.push_back(f.filename().string());
    return Fail(ErrorCode::kInvalidArgument, name + " holds folders, not photos: " + Names(names),
                "give the folder of one item");
  }
  return Fail(ErrorCode::kInsufficientData, name + " holds no photo and no clip",
              "give a folder with photos taken round the item");
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
      if (deeper && deeper->transforms.empty()) deeper->transforms = out.transforms;
      return deeper;
    }
  }
  // One photo makes no spin: it is a clip's cover, or the still of a live photo.
  if (out.photos.size() == 1 && sorted.videos.size() == 1) {
    sorted.ignored.push_back(out.photos.front().filename().string());
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
    for (const fs::path& video : sorted.videos) sorted.ignored.push_back(video.filename().string());
  }
  if (!sorted.ignored.empty())
    out.warnings.push_back((out.video ? "Ignored beside the clip: " : "Ignored beside the photos: ") +
                           Names(sorted.ignored) + ".");
  return std::move(out);
}

}  // namespace

bool NaturalLess(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (IsDigit(a[i]) && IsDigit(b[j])) {
      std::size_t end_a = i;
      std::size_t end_b = j;
      while (end_a < a.size() && IsDigit(a[end_a])) ++end_a;
      while (end_b < b.size() && IsDigit(b[end_b])) ++end_b;
      while (i < end_a - 1 && a[i] == '0') ++i;
      while (j < end_b - 1 && b[j] == '0') ++j;
      if (end_a - i != end_b - j) return end_a - i < end_b - j;
      const int order = a.compare(i, end_a - i, b, j, end_b - j);
      if (order != 0) return order < 0;
      i = end_a;
      j = end_b;
    } else {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
    }
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;
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
