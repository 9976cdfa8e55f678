#include "capture/capture_photos.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <set>

#include "base/natural_order.h"
#include "base/parallel.h"
#include "base/text.h"
#include "capture/motion.h"
#include "capture/photos/photo_jobs.h"
#include "capture/photos/photo_names.h"
#include "capture/photos/photo_probe.h"
#include "capture/select.h"

namespace rv::capture {
namespace {

// By capture time when every photo has one of its own and the names are of several numberings, which then say
// nothing about the order; else as they come (natural name order).
std::vector<std::size_t> CaptureOrder(const std::vector<photos::PhotoSource>& sources,
                                      const std::vector<photos::DecodedPhoto>& photos) {
  std::vector<std::size_t> order;
  std::set<std::string> numberings;
  std::set<double> times;
  bool timed = true;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    if (!photos[i].readable) continue;
    order.push_back(i);
    numberings.insert(photos::NameSkeleton(sources[i].name));
    timed = timed && photos[i].metadata.capture_time_s > 0 &&
            times.insert(photos[i].metadata.capture_time_s).second;
  }
  if (timed && numberings.size() > 1)
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return photos[a].metadata.capture_time_s < photos[b].metadata.capture_time_s;
    });
  return order;
}

SweepFrame MakeFrame(const std::string& name, int position, photos::DecodedPhoto& photo, double first_time) {
  SweepFrame frame{.name = name, .source_index = position};
  if (first_time > 0 && photo.metadata.capture_time_s > 0)
    frame.time_s = photo.metadata.capture_time_s - first_time;
  frame.image = std::move(photo.image);
  frame.matte = std::move(photo.matte);
  frame.sharpness = Sharpness(photo.luma);
  frame.mean_luma = MeanLuma(photo.luma);
  frame.focal_prior_px = photo.metadata.focal_px;
  for (const std::string& remark : photo.remarks) frame.note += (frame.note.empty() ? "" : "; ") + remark;
  if (!photo.metadata.focal_note.empty())
    frame.note += (frame.note.empty() ? "" : "; ") + photo.metadata.focal_note;
  return frame;
}

void JudgeForSpin(std::vector<photos::DecodedPhoto>& photos,
                  const std::vector<std::size_t>& order,
                  Sweep& sweep) {
  std::vector<PhotoMeasure> measures;
  for (std::size_t k = 0; k < order.size(); ++k)
    measures.push_back(
        {.sharpness = sweep.frames[k].sharpness,
         .difference = k == 0 ? 255 : LargestChange(photos[order[k - 1]].luma, photos[order[k]].luma)});
  const std::vector<PhotoChoice> choices = JudgePhotos(measures);
  for (std::size_t k = 0; k < choices.size(); ++k) {
    SweepFrame& frame = sweep.frames[k];
    frame.for_spin = choices[k].for_spin;
    if (!choices[k].note.empty()) frame.note += (frame.note.empty() ? "" : "; ") + choices[k].note;
  }
}

tl::unexpected<Error> NoneReadable(const std::string& name,
                                   const std::vector<photos::PhotoSource>& sources,
                                   const std::vector<photos::DecodedPhoto>& photos,
                                   const std::vector<InputRecord>& rejected) {
  std::vector<std::string> details;
  for (const InputRecord& r : rejected)
    if (r.state == InputState::kUnread) details.push_back(r.name + ": " + r.reason);
  for (std::size_t i = 0; i < photos.size(); ++i)
    details.push_back(sources[i].name + ": " + photos[i].error.message);
  return Fail(ErrorCode::kInsufficientData, name + " holds no photo that can be read",
              "copy the photos from the phone again", std::move(details));
}

// A photo that was lost without an error is our fault, and has to show as such.
std::string UnreadReason(const Error& error) {
  return error.message.empty() ? "it was lost while decoding" : error.message;
}

void SayUnread(Sweep& sweep) {
  constexpr std::size_t kMost = 4;
  std::vector<std::string> unread;
  for (const InputRecord& r : sweep.rejected)
    if (r.state == InputState::kUnread) unread.push_back(Text(r.name, " (", r.reason, ")"));
  if (unread.empty()) return;
  std::string text =
      unread.size() == 1 ? "1 file could not be read: " : Text(unread.size(), " files could not be read: ");
  for (std::size_t i = 0; i < std::min(kMost, unread.size()); ++i) text += (i > 0 ? ", " : "") + unread[i];
  if (unread.size() > kMost) text += Text(" and ", unread.size() - kMost, " more");
  sweep.warnings.push_back(text + ".");
}

void CleanNames(std::vector<photos::PhotoSource>& sources, Sweep& sweep) {
  std::vector<std::string> raw;
  for (const photos::PhotoSource& source : sources) raw.push_back(source.name);
  const std::vector<std::string> names = photos::UniqueNames(raw);
  std::size_t changed = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == raw[i]) continue;
    if (changed++ == 0)
      sweep.warnings.push_back("Renamed, as the asset cannot hold the file's own name: " + names[i]);
    sources[i].name = names[i];
  }
  if (changed == 0) return;
  if (changed > 1) sweep.warnings.back() += Text(" and ", changed - 1, " more");
  sweep.warnings.back() += ".";
}

Result<CaptureResult> CaptureSources(std::vector<photos::PhotoSource> sources,
                                     Sweep sweep,
                                     const CaptureOptions& options,
                                     const Progress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  CleanNames(sources, sweep);
  const int threads = options.threads > 0 ? options.threads : HardwareThreads();
  Result<std::vector<photos::DecodedPhoto>> photos =
      photos::DecodePhotos(sources, options.limits, threads, progress);
  if (!photos) return Forward(photos);
  const std::vector<std::size_t> order = CaptureOrder(sources, *photos);
  if (order.empty()) return NoneReadable(sweep.source_name, sources, *photos, sweep.rejected);
  double first_time = (*photos)[order.front()].metadata.capture_time_s;
  for (const std::size_t i : order) first_time = std::min(first_time, (*photos)[i].metadata.capture_time_s);
  for (std::size_t k = 0; k < order.size(); ++k)
    sweep.frames.push_back(
        MakeFrame(sources[order[k]].name, static_cast<int>(k), (*photos)[order[k]], first_time));
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (!(*photos)[i].readable)
      sweep.rejected.push_back({.name = sources[i].name,
                                .state = InputState::kUnread,
                                .reason = UnreadReason((*photos)[i].error)});
  SayUnread(sweep);
  JudgeForSpin(*photos, order, sweep);
  const std::set<int> kept(options.keep_frames.begin(), options.keep_frames.end());
  for (SweepFrame& frame : sweep.frames) frame.kept_by_user = kept.contains(frame.source_index);
  sweep.decoded_frames = static_cast<int>(sweep.frames.size());
  sweep.duration_s = sweep.frames.back().time_s;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return CaptureResult{.sweep = std::move(sweep),
                       .timings = {.analyze_s = took.count(), .total_s = took.count()}};
}

// Base names; photos of one name in several folders of a ZIP keep their path, with '_' for '/'.
std::vector<photos::PhotoSource> NameEntries(const std::vector<photos::ArchiveEntry>& entries,
                                             const input::OpenFile& zip) {
  std::multiset<std::string> bases;
  const auto base = [](const std::string& name) { return name.substr(name.find_last_of('/') + 1); };
  for (const photos::ArchiveEntry& e : entries) bases.insert(base(e.name));
  std::vector<photos::PhotoSource> out;
  for (const photos::ArchiveEntry& e : entries) {
    std::string name = base(e.name);
    if (bases.count(name) > 1) {
      name = e.name;
      std::replace(name.begin(), name.end(), '/', '_');
    }
    out.push_back({.name = name, .zip = &zip, .zip_index = e.index, .size = e.size});
  }
  return out;
}

// As SetAside, of an entry of a ZIP.
InputRecord Aside(const photos::ArchiveEntry& entry, bool hidden) {
  const std::string base = entry.name.substr(entry.name.find_last_of('/') + 1);
  InputRecord out = photos::SetAside(base, entry.kind, entry.unread_format);
  if (!entry.unpacks) {
    out.state = InputState::kUnread;
    out.reason = "packed by a method that is not read, or damaged in the ZIP";
  }
  if (hidden) out = {.name = out.name, .reason = "a file of the system"};
  return out;
}

}  // namespace

Result<CaptureResult> CapturePhotoFolder(const photos::FolderContents& folder,
                                         const std::string& name,
                                         const CaptureOptions& options,
                                         const Progress& progress) {
  std::vector<photos::PhotoSource> sources;
  for (const std::filesystem::path& path : folder.photos)
    sources.push_back({.name = path.filename().string(), .path = path});
  Sweep sweep{.kind = SourceKind::kPhotos, .source_name = name};
  sweep.rejected = folder.rejected;
  sweep.warnings = folder.warnings;
  return CaptureSources(std::move(sources), std::move(sweep), options, progress);
}

Result<CaptureResult> CapturePhotoZip(const input::OpenFile& file,
                                      const std::string& name,
                                      const CaptureOptions& options,
                                      const Progress& progress) {
  const Result<std::vector<photos::ArchiveEntry>> entries = photos::ListArchive(file, options.limits);
  if (!entries)
    return Fail(entries.error().code, name + ": " + entries.error().message, entries.error().remedy);
  Sweep sweep{.kind = SourceKind::kPhotos, .source_name = name};
  std::vector<photos::ArchiveEntry> photos;
  std::size_t others = 0;
  bool clip = false;
  for (const photos::ArchiveEntry& e : *entries) {
    const bool hidden =
        e.name.starts_with("__MACOSX/") || e.name.find("/.") != std::string::npos || e.name[0] == '.';
    if (input::IsPhoto(e.kind) && !hidden) {
      photos.push_back(e);
      continue;
    }
    clip = clip || (!hidden && e.kind == input::FileKind::kVideo);
    sweep.rejected.push_back(Aside(e, hidden));
    others += !hidden && sweep.rejected.back().state == InputState::kLeftOut ? 1 : 0;
  }
  if (photos.empty() && clip)
    return Fail(ErrorCode::kUnsupported, name + " holds a clip, but no photo",
                "unpack it and give the clip itself");
  const bool unread = std::any_of(sweep.rejected.begin(), sweep.rejected.end(),
                                  [](const InputRecord& r) { return r.state == InputState::kUnread; });
  if (photos.empty() && unread) return NoneReadable(name, {}, {}, sweep.rejected);
  if (photos.empty())
    return Fail(ErrorCode::kInsufficientData, name + " holds no photo",
                "pack the photos taken round the item");
  if (others > 0)
    sweep.warnings.push_back(others == 1 ? "1 other file in the ZIP was ignored."
                                         : Text(others, " other files in the ZIP were ignored."));
  std::sort(photos.begin(), photos.end(), [](const photos::ArchiveEntry& a, const photos::ArchiveEntry& b) {
    return NaturalLess(a.name, b.name);
  });
  return CaptureSources(NameEntries(photos, file), std::move(sweep), options, progress);
}

Result<CaptureResult> CaptureSinglePhoto(const std::filesystem::path& path,
                                         const CaptureOptions& options,
                                         const Progress& progress) {
  const std::string name = path.filename().string();
  const int threads = options.threads > 0 ? options.threads : HardwareThreads();
  Result<std::vector<photos::DecodedPhoto>> photos =
      photos::DecodePhotos({{.name = name, .path = path}}, options.limits, threads, progress);
  if (!photos) return Forward(photos);
  photos::DecodedPhoto& photo = photos->front();
  if (!photo.readable) return Fail(photo.error.code, name + ": " + photo.error.message, photo.error.remedy);
  Sweep sweep{.kind = SourceKind::kPhotos, .source_name = name, .decoded_frames = 1};
  sweep.frames.push_back(MakeFrame(photos::CleanName(name), 0, photo, 0));
  return CaptureResult{.sweep = std::move(sweep)};
}

}  // namespace rv::capture
