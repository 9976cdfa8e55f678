#include <algorithm>
#include <array>
#include <functional>

#include "asset/rview_file.h"
#include "asset/rview_read.h"
#include "base/parallel.h"
#include "base/text.h"

namespace rv {
namespace {

using asset::OpenedRview;
using Items = std::vector<RviewFinding>;

void AddError(Items& items, const std::string& where, const Error& error) {
  items.push_back(
      {.severity = Severity::kError, .code = error.code, .where = where, .message = error.message});
}

void Add(Items& items, Severity severity, const std::string& where, const std::string& message) {
  items.push_back({.severity = severity, .where = where, .message = message});
}

template <typename Files>
std::size_t CountEmpty(const std::vector<Files>& files, std::size_t row) {
  return static_cast<std::size_t>(
      std::ranges::count_if(files, [&](const Files& f) { return f[row].empty(); }));
}

void CheckTier(const asset::ParsedManifest& manifest, Items& items) {
  const RotatingView& view = manifest.view;
  const bool posed = view.tier == Tier::kFullPath || view.tier == Tier::kOrbitPoses;
  if (view.views.empty()) Add(items, Severity::kError, "manifest.json", "the asset has no views");
  if (posed && (!view.reconstruction || !view.orbit || !view.view_camera))
    Add(items, Severity::kWarning, "manifest.json", "its tier promises poses, but not all of them are there");
  if (const std::size_t missing = CountEmpty(manifest.view_files, asset::kProvenanceRow); missing > 0)
    Add(items, Severity::kWarning, "manifest.json", Text(missing, " views have no provenance mask"));
  if (const std::size_t missing = CountEmpty(manifest.source_files, asset::kFrameImageRow); missing > 0)
    Add(items, Severity::kNote, "manifest.json",
        Text(missing, " of ", view.sources.size(),
             " captured frames are not stored; exports that need their pixels will say so"));
  for (const SourceFrame& source : view.sources)
    if (!source.image.format.empty() &&
        (source.image.width != source.width || source.image.height != source.height))
      Add(items, Severity::kWarning, "sources/" + source.name, "is not stored at its original size");
}

// Spins are read by angle: views must go round in order.
void CheckAzimuths(const RotatingView& view, Items& items) {
  const auto later = std::ranges::adjacent_find(
      view.views, [](const View& a, const View& b) { return a.azimuth_deg > b.azimuth_deg; });
  if (later != view.views.end())
    Add(items, Severity::kWarning, "manifest.json", "the views are not in the order of their azimuths");
}

// The labels in a mask that no source of its view has; more than 0 claims pixels that nobody captured.
std::string UnknownLabels(const View& view, const Image& mask) {
  std::array<bool, 256> seen{};
  for (const std::uint8_t label : mask.pixels) seen[label] = true;
  for (const ViewSource& source : view.sources) seen[static_cast<std::size_t>(source.label)] = false;
  std::string unknown;
  for (std::size_t label = 1; label < seen.size(); ++label)
    if (seen[label]) unknown += Text(unknown.empty() ? "" : ", ", label);
  return unknown;
}

Error StrangeLabels(const std::string& labels) {
  return {.code = ErrorCode::kCorrupt, .message = "it has labels that no source of the view has: " + labels};
}

// The first channel: labels of sources.
Image FirstChannel(const Image& image) {
  Image out = Image::Make(image.width, image.height, 1);
  for (std::size_t i = 0; i < out.pixels.size(); ++i)
    out.pixels[i] = image.pixels[i * static_cast<std::size_t>(image.channels)];
  return out;
}

// `labels`: the first channel names sources of `view`, which is then given.
void DecodePicture(
    const EncodedImage& encoded, int channels, const std::string& file, const View* labeled, Items& items) {
  if (encoded.empty()) return;
  const auto image = Decode(encoded, channels);
  if (!image) return AddError(items, file, image.error());
  if (labeled == nullptr) return;
  const std::string unknown = UnknownLabels(*labeled, FirstChannel(*image));
  if (!unknown.empty()) AddError(items, file, StrangeLabels(unknown));
}

void DecodeView(const View& view, const asset::ViewFiles& files, Items& items) {
  for (std::size_t k = 0; k < asset::kViewPictures.size(); ++k) {
    const auto member = asset::kViewPictures[k].image;
    const EncodedImage& image = view.*member;
    if (member == &View::depth) {
      if (image.empty()) continue;
      if (const auto depth = DecodePng16(image); !depth) AddError(items, files[k], depth.error());
      continue;
    }
    const bool color = member == &View::image, labels = member == &View::provenance || member == &View::blend;
    const int channels = color || member == &View::blend ? 3 : 1;
    DecodePicture(image, channels, files[k], labels ? &view : nullptr, items);
  }
}

// One list for each item, joined in order, so that the findings do not depend on the threads.
void ForEachInOrder(std::size_t count, Items& items, const std::function<void(std::size_t, Items&)>& check) {
  std::vector<Items> found(count);
  ParallelFor(count, 0, [&](std::size_t i) { check(i, found[i]); });
  for (const Items& part : found) items.insert(items.end(), part.begin(), part.end());
}

void CheckFiles(const asset::ByteSource& source,
                asset::OpenedRview& opened,
                const ReadOptions& options,
                Items& items) {
  const auto slots = asset::PictureSlots(opened.manifest);
  std::unordered_map<std::string, const asset::PictureSlot*> by_file;
  for (const asset::PictureSlot& slot : slots) {
    by_file[slot.file] = &slot;
    if (!opened.index.contains(slot.file))
      AddError(items, slot.file, {.code = ErrorCode::kCorrupt, .message = "it is not in the archive"});
  }
  const auto& files = opened.manifest.files;
  ForEachInOrder(files.size(), items, [&](std::size_t i, Items& found) {
    if (files[i].name == opened.manifest.points_file) return;  // read below
    const auto slot = by_file.find(files[i].name);
    Status outcome;
    if (slot != by_file.end()) {
      outcome = asset::ReadPicture(source, opened, *slot->second, options);
      if (slot->second->is_source) slot->second->image->bytes = {};  // checked; not needed further
    } else if (const auto bytes = asset::ReadChecked(source, opened, files[i].name); !bytes) {
      outcome = Forward(bytes);
    }
    if (!outcome) AddError(found, files[i].name, outcome.error());
  });
  if (opened.manifest.points_file.empty()) return;
  if (const auto points = asset::ReadPoints(source, opened, options); !points)
    AddError(items, opened.manifest.points_file, points.error());
}

RviewFindings Validate(const asset::ByteSource& source, bool strict, const ReadOptions& options) {
  RviewFindings findings;
  Items& items = findings.items;
  if (strict)
    if (const Status digest = asset::CheckZipDigest(source); !digest) AddError(items, "", digest.error());
  Result<asset::OpenedRview> opened = asset::OpenRview(source, options);
  if (!opened) {
    AddError(items, "", opened.error());
    return findings;
  }
  CheckTier(opened->manifest, items);
  CheckAzimuths(opened->manifest.view, items);
  CheckFiles(source, *opened, options, items);
  if (!strict) return findings;
  const RotatingView& view = opened->manifest.view;
  ForEachInOrder(view.views.size(), items, [&](std::size_t i, Items& found) {
    DecodeView(view.views[i], opened->manifest.view_files[i], found);
  });
  return findings;
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

bool RviewFindings::ok() const { return ToStatus().has_value(); }

Status RviewFindings::ToStatus() const {
  Error error;
  for (const RviewFinding& item : items) {
    if (item.severity != Severity::kError) continue;
    if (error.details.empty()) error.code = item.code;
    error.details.push_back(item.where.empty() ? item.message : item.where + ": " + item.message);
  }
  if (error.details.empty()) return {};
  error.message = error.details.front();
  error.remedy = "copy or convert the file again";
  return tl::unexpected(error);
}

Result<RviewFindings> ValidateRview(const std::filesystem::path& path,
                                    bool strict,
                                    const ReadOptions& options) {
  const auto source = asset::OpenFileSource(path);
  if (!source) return Forward(source);
  return Validate(**source, strict, options);
}

}  // namespace rv
