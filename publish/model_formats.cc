// GLB and USDZ: the item as a textured mesh (publish/mesh/).
#include <algorithm>

#include "base/text.h"
#include "publish/formats.h"
#include "publish/mesh/item_mesh.h"
#include "publish/mesh/mesh_files.h"
#include "publish/output.h"
#include "publish/spin_description.h"
#include "publish/stored_zip.h"

namespace rv::publish {
namespace {

constexpr std::size_t kMostBytes = 10'000'000;  // what shops recommend
constexpr int kMostTexturePx = 2048;

Status WriteModel(const std::filesystem::path& out, const std::vector<std::uint8_t>& bytes) {
  if (bytes.size() > kMostBytes)
    return Fail(ErrorCode::kUnsupported,
                Text("the model would have ", bytes.size(), " bytes; ", kMostBytes, " are the most"),
                "ask for a smaller texture with --max-side");
  return WriteOutput(out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// Where it is refused, the error says so.
RuleResult SilhouetteRule(const mesh::ItemMesh& item) {
  const mesh::SilhouetteScore& score = item.silhouettes;
  return {.id = "silhouette",
          .text = "each silhouette agrees with the item's outline to 0.90",
          .source = "Rotaview's own rule: docs/shops.md",
          .date = "2026-11-29",
          .verdict = RuleResult::Verdict::kMet,
          .says = Text("of ", score.views, " views the least ", Fixed(score.least, 3), " at ",
                       Fixed(score.least_azimuth_deg, 0), " degrees, the mean ", Fixed(score.mean, 3), "; ",
                       Fixed(100 * item.mesh.unseen_share, 0), " % of the surface is seen by no frame")};
}

Result<mesh::ItemMesh> MeshOf(const RotatingView& view,
                              const ExportOptions& options,
                              const Progress& progress,
                              const RuleReport& rules) {
  const int texture_px = std::min(kMostTexturePx, options.max_side_px.value_or(kMostTexturePx));
  Result<mesh::ItemMesh> item =
      mesh::MakeItemMesh(view, {.most_texture_px = texture_px, .threads = options.threads}, progress);
  if (item && rules) rules(SilhouetteRule(*item));
  return item;
}

}  // namespace

Status WriteGlb(const RotatingView& view,
                const std::filesystem::path& out,
                const ExportOptions& options,
                const Progress& progress,
                const RuleReport& rules) {
  const Result<mesh::ItemMesh> item = MeshOf(view, options, progress, rules);
  if (!item) return Forward(item);
  return WriteModel(out, mesh::GlbBytes(item->mesh, SpinTitle(view, options)));
}

Status WriteUsdz(const RotatingView& view,
                 const std::filesystem::path& out,
                 const ExportOptions& options,
                 const Progress& progress,
                 const RuleReport& rules) {
  const Result<mesh::ItemMesh> item = MeshOf(view, options, progress, rules);
  if (!item) return Forward(item);
  const std::string layer = mesh::UsdaText(item->mesh, "texture.jpg");
  const Result<std::vector<std::uint8_t>> zip =
      StoredZip({{"item.usda", {layer.begin(), layer.end()}}, {"texture.jpg", item->mesh.texture.bytes}});
  if (!zip) return Forward(zip);
  return WriteModel(out, *zip);
}

}  // namespace rv::publish
