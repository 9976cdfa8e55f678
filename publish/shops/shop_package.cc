#include "publish/shops/shop_package.h"

#include <algorithm>
#include <cstdio>

#include "base/parallel.h"
#include "base/text.h"
#include "publish/shops/best_view.h"
#include "publish/shops/product_jsonld.h"
#include "publish/shops/shop_pictures.h"
#include "publish/shops/spin_choice.h"

namespace rv::shops {
namespace {

// The first, and others evenly spread over the views.
SpinChoice ChooseStills(const RotatingView& view, std::span<const int> counts, std::size_t first) {
  SpinChoice out;
  const std::size_t all = view.views.size();
  const auto fits = std::find_if(counts.begin(), counts.end(),
                                 [&](int count) { return static_cast<std::size_t>(count) <= all; });
  const std::size_t count = fits == counts.end() ? 1 : static_cast<std::size_t>(*fits);
  for (std::size_t i = 0; i < count; ++i) out.views.push_back((first + i * all / count) % all);
  return out;
}

Result<BestView> FirstView(const RotatingView& view, const ShopOrder& order) {
  if (order.front_deg)
    return BestView{ViewAt(view, *order.front_deg),
                    Text("the front is given: ", Fixed(*order.front_deg, 1), " degrees")};
  const Result<std::vector<ViewMarks>> marks = MarkViews(view, order.threads);
  if (!marks) return Forward(marks);
  return ChooseBestView(*marks);
}

std::string PictureName(const Shop& shop,
                        const ShopOrder& order,
                        std::size_t index,
                        const std::string& format) {
  const std::string id = order.item_id.empty() ? "item" : order.item_id;
  char number[16];
  std::snprintf(number, sizeof number, "_%03zu", index + 1);
  const std::string folder = !shop.spin ? "images/" : std::string_view(shop.name) == "amazon" ? id + "/" : "";
  return Text(folder, id, number, ".", format == "jpeg" ? "jpg" : format);
}

std::string AddressOf(const ShopOrder& order, const std::string& name) {
  if (order.url_base.empty()) return name;
  return order.url_base + (order.url_base.ends_with('/') ? "" : "/") + name;
}

void AddProduct(const RotatingView& view, const ShopOrder& order, ShopPackage& package) {
  ProductText product{.name = order.title, .sku = order.item_id};
  for (const PackedFile& file : package.files) product.images.push_back(AddressOf(order, file.name));
  if (!order.model.empty()) {
    product.model = AddressOf(order, "model.glb");
    package.files.push_back({"model.glb", order.model});
  }
  const std::string json = ProductJson(view, product);
  package.files.push_back({"product.jsonld", {json.begin(), json.end()}});
}

PackageFacts FactsOf(const RotatingView& view, const ShopOrder& order, const SpinChoice& choice) {
  return {.closed = view.coverage.closed,
          .arc_deg = view.coverage.arc_deg,
          .pictures = choice.views.size(),
          .distinct = choice.distinct,
          .most_off_deg = choice.most_off_deg,
          .elevation = ElevationOf(view, choice.views),
          .item_id = order.item_id,
          .title = order.title,
          .url_base = order.url_base,
          .model_bytes = order.model.size()};
}

}  // namespace

Result<ShopPackage> PackForShop(const Shop& shop,
                                const RotatingView& view,
                                const ShopOrder& order,
                                const Progress& progress) {
  const Result<BestView> first = FirstView(view, order);
  if (!first) return Forward(first);
  const SpinChoice choice =
      shop.spin ? ChooseSpin(view, shop.counts, first->view) : ChooseStills(view, shop.counts, first->view);
  PackageFacts facts = FactsOf(view, order, choice);
  const Result<SquareFrame> frame = FrameOf(view, choice.views, shop.wanted_fill, order.threads);
  if (!frame) return Forward(frame);
  facts.fill = frame->fill;
  facts.cut = frame->cut;
  facts.has_mattes = frame->known;
  const PictureOrder pictures{
      .frame = *frame,
      .side_px = order.side_px.value_or(std::clamp(frame->side, shop.least_side_px, shop.most_side_px)),
      .format = order.picture_format.value_or(shop.picture_format),
      .quality = order.quality.value_or(92),
      .most_bytes = shop.most_bytes,
      .threads = order.threads};
  const Result<std::vector<ShopPicture>> made = MakePictures(view, choice.views, pictures, progress);
  if (!made) return Forward(made);
  ShopPackage package{.first_view = Text("view ", first->view + 1, ": ", first->why)};
  double white = 0;
  for (std::size_t i = 0; i < made->size(); ++i) {
    const ShopPicture& picture = (*made)[i];
    white += picture.white_edge / static_cast<double>(made->size());
    facts.largest_bytes = std::max(facts.largest_bytes, picture.encoded.bytes.size());
    package.files.push_back({PictureName(shop, order, i, picture.encoded.format), picture.encoded.bytes});
  }
  facts.white_edge = white;
  facts.width_px = made->front().encoded.width;
  facts.height_px = made->front().encoded.height;
  facts.format = made->front().encoded.format;
  facts.enlarged = static_cast<double>(facts.width_px) / frame->side * ViewEnlargement(view, choice.views);
  if (!shop.spin) AddProduct(view, order, package);
  package.rules = CheckRules(shop, facts);
  return package;
}

}  // namespace rv::shops
