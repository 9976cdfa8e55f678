// Numbered pictures and frames.json, which the <rotating-view> element can show from a server as it is.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "publish/formats.h"
#include "publish/output.h"
#include "publish/spin_description.h"
#include "publish/view_pictures.h"

namespace rv::publish {
namespace {

std::string FrameName(std::size_t index, const std::string& format) {
  char name[32];
  std::snprintf(name, sizeof name, "frame_%04zu.%s", index + 1, format == "jpeg" ? "jpg" : format.c_str());
  return name;
}

}  // namespace

Status WriteFrameFolder(const RotatingView& view,
                        const std::filesystem::path& out,
                        const ExportOptions& options,
                        const Progress& progress) {
  Result<OutputFolder> folder = OutputFolder::Create(out);
  if (!folder) return Forward(folder);
  const auto pictures = EncodedViews(view, options.picture_format.value_or("webp"), options, progress);
  if (!pictures) return Forward(pictures);
  nlohmann::ordered_json description = DescribeSpin(view, *pictures, options);
  for (std::size_t i = 0; i < pictures->size(); ++i) {
    const std::string name = FrameName(i, (*pictures)[i].format);
    if (const Status written = folder->Write(name, (*pictures)[i].bytes); !written) return Forward(written);
    description["frames"][i]["file"] = name;
  }
  const std::string text = description.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (const Status written = folder->Write("frames.json", text); !written) return Forward(written);
  return folder->Commit();
}

}  // namespace rv::publish
