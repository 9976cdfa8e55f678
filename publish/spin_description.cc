#include "publish/spin_description.h"

#include "publish/view_pictures.h"

namespace rv::publish {
namespace {

constexpr double kNominalStepDeg = 5;  // between the views of an open row without angles

double AzimuthDeg(const RotatingView& view, std::size_t index, bool angles) {
  if (angles) return view.views[index].azimuth_deg;
  const double count = static_cast<double>(view.views.size());
  return static_cast<double>(index) *
         (view.coverage.closed ? 360.0 / count : std::min(kNominalStepDeg, 355.0 / count));
}

}  // namespace

std::string SpinTitle(const RotatingView& view, const ExportOptions& options) {
  if (options.title && !options.title->empty()) return *options.title;
  return view.item_title.empty() ? "Rotating view" : view.item_title;
}

nlohmann::ordered_json DescribeSpin(const RotatingView& view,
                                    const std::vector<EncodedImage>& pictures,
                                    const ExportOptions& options) {
  const bool angles = HasAngles(view);
  nlohmann::ordered_json json;
  json["generator"] = "rotaview";
  json["version"] = 1;
  json["title"] = SpinTitle(view, options);
  json["width"] = pictures.front().width;
  json["height"] = pictures.front().height;
  json["tier"] = static_cast<int>(view.tier);
  json["closed"] = view.coverage.closed;
  json["angles"] = angles;
  json["arc_deg"] = view.coverage.arc_deg;
  json["frames"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < view.views.size(); ++i)
    json["frames"].push_back({{"azimuth_deg", AzimuthDeg(view, i, angles)}});
  return json;
}

}  // namespace rv::publish
