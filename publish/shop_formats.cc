// Packages for shops, and the poster. What they are is in publish/shops/; here they are checked and written.
#include "base/text.h"
#include "publish/formats.h"
#include "publish/output.h"
#include "publish/shops/best_view.h"
#include "publish/shops/shop_package.h"
#include "publish/shops/spin_choice.h"
#include "publish/stored_zip.h"
#include "publish/view_pictures.h"

namespace rv::publish {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMostModelBytes = 64'000'000;

Result<std::vector<std::uint8_t>> ReadModel(const std::optional<std::string>& path) {
  if (!path || path->empty()) return std::vector<std::uint8_t>{};
  Result<std::vector<std::uint8_t>> bytes = ReadFile(*path, kMostModelBytes);
  if (!bytes) return Forward(bytes);
  if (bytes->size() < 20 || !std::equal(bytes->begin(), bytes->begin() + 4, "glTF"))
    return Fail(ErrorCode::kInvalidArgument, *path + " is not a GLB file",
                "make one with `rotaview export item.rview glb item.glb`");
  return bytes;
}

// The item's number: as asked for, else the output's name where that is one.
std::string ItemId(const shops::Shop& shop, const fs::path& out, const ExportOptions& options) {
  if (options.item_id) return *options.item_id;
  const std::string stem = out.stem().string();
  return std::string_view(shop.name) == "amazon" && shops::IsAsin(stem) ? stem : "";
}

Result<shops::ShopOrder> OrderOf(const shops::Shop& shop,
                                 const RotatingView& view,
                                 const fs::path& out,
                                 const ExportOptions& options) {
  Result<std::vector<std::uint8_t>> model = ReadModel(options.model);
  if (!model) return Forward(model);
  return shops::ShopOrder{.item_id = ItemId(shop, out, options),
                          .title = options.title.value_or(view.item_title),
                          .url_base = options.url_base.value_or(""),
                          .model = *std::move(model),
                          .front_deg = options.front_deg,
                          .side_px = options.max_side_px,
                          .picture_format = options.picture_format,
                          .quality = options.quality,
                          .threads = options.threads};
}

// Tells every rule; fails when one is not met.
Status CheckPackage(const shops::Shop& shop,
                    const shops::ShopPackage& package,
                    const ExportOptions& options,
                    const RuleReport& rules) {
  std::vector<std::string> unmet;
  for (const RuleResult& rule : package.rules) {
    if (rules) rules(rule);
    if (rule.verdict == RuleResult::Verdict::kNotMet)
      unmet.push_back(
          Text(rule.id, ": ", rule.text, "; ", rule.says, " (", rule.source, ", ", rule.date, ")"));
  }
  if (unmet.empty() || options.anyway) return {};
  return Fail(ErrorCode::kInsufficientData,
              Text(unmet.size(), " of ", package.rules.size(), " rules of ", shop.called,
                   unmet.size() == 1 ? " is not met" : " are not met"),
              "do what is said there, or write it all the same with --anyway", std::move(unmet));
}

Status WriteZip(const fs::path& out, shops::ShopPackage package) {
  std::vector<ZipFile> files;
  for (shops::PackedFile& file : package.files) files.push_back({file.name, std::move(file.bytes)});
  const Result<std::vector<std::uint8_t>> zip = StoredZip(files);
  if (!zip) return Forward(zip);
  return WriteOutput(out, {reinterpret_cast<const char*>(zip->data()), zip->size()});
}

Status WriteFolder(const fs::path& out, const shops::ShopPackage& package) {
  Result<OutputFolder> folder = OutputFolder::Create(out);
  if (!folder) return Forward(folder);
  for (const shops::PackedFile& file : package.files)
    if (const Status written = folder->Write(file.name, file.bytes); !written) return Forward(written);
  return folder->Commit();
}

Result<EncodedImage> EncodePoster(const Image& picture, const std::string& format, int quality) {
  if (format == "png") return EncodePng(picture);
  return format == "webp" ? EncodeWebp(picture, quality) : EncodeJpeg(picture, quality);
}

std::string PosterFormat(const fs::path& out, const ExportOptions& options) {
  if (options.picture_format) return *options.picture_format;
  return out.extension() == ".png" ? "png" : out.extension() == ".webp" ? "webp" : "jpeg";
}

}  // namespace

Status WriteShopPackage(std::string_view shop_name,
                        const RotatingView& view,
                        const fs::path& out,
                        const ExportOptions& options,
                        const Progress& progress,
                        const RuleReport& rules) {
  const shops::Shop& shop = *shops::FindShop(shop_name);
  const Result<shops::ShopOrder> order = OrderOf(shop, view, out, options);
  if (!order) return Forward(order);
  Result<shops::ShopPackage> package = shops::PackForShop(shop, view, *order, progress);
  if (!package) return Forward(package);
  if (const Status checked = CheckPackage(shop, *package, options, rules); !checked) return Forward(checked);
  return shop_name == "amazon" ? WriteZip(out, *std::move(package)) : WriteFolder(out, *package);
}

Status WritePoster(const RotatingView& view,
                   const fs::path& out,
                   const ExportOptions& options,
                   const Progress& progress) {
  std::size_t index = 0;
  if (options.front_deg) {
    index = shops::ViewAt(view, *options.front_deg);
  } else {
    const auto marks = shops::MarkViews(view, options.threads);
    if (!marks) return Forward(marks);
    index = shops::ChooseBestView(*marks).view;
  }
  if (!Report(progress, "export", 0.5)) return Cancelled();
  const std::string format = PosterFormat(out, options);
  const Background background = BackgroundOf(options);
  if (background.kind == Background::Kind::kTransparent && format == "jpeg")
    return Fail(ErrorCode::kInvalidArgument, "JPEG pictures cannot be transparent",
                "name the poster .png or .webp");
  const Result<Image> pixels = ViewPixels(view, index, FitSize(view, options.max_side_px), background);
  if (!pixels) return Forward(pixels);
  const Result<EncodedImage> poster = EncodePoster(*pixels, format, options.quality.value_or(90));
  if (!poster) return Forward(poster);
  return WriteOutput(out, {reinterpret_cast<const char*>(poster->bytes.data()), poster->bytes.size()});
}

}  // namespace rv::publish
