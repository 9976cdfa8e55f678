#include "publish/shops/product_jsonld.h"

#include <nlohmann/json.hpp>

namespace rv::shops {
namespace {

// The most probable value of an attribute, where it is at least as likely as not.
std::string TagOf(const RotatingView& view, const std::string& attribute) {
  const TagValue* best = nullptr;
  for (const TagValue& tag : view.tags)
    if (tag.attribute == attribute && tag.probability >= 0.5 &&
        (best == nullptr || tag.probability > best->probability))
      best = &tag;
  return best == nullptr ? "" : best->value;
}

}  // namespace

std::string ProductJson(const RotatingView& view, const ProductText& product) {
  nlohmann::ordered_json json = {{"@context", "https://schema.org"}, {"@type", "Product"}};
  if (!product.name.empty()) json["name"] = product.name;
  if (!product.sku.empty()) json["sku"] = product.sku;
  json["image"] = product.images;
  const std::pair<const char*, const char*> properties[] = {
      {"color", "base_colour"}, {"material", "material"}, {"pattern", "pattern"}};
  for (const auto& [property, attribute] : properties)
    if (const std::string value = TagOf(view, attribute); !value.empty()) json[property] = value;
  if (!product.model.empty())
    json["subjectOf"] = {
        {"@type", "3DModel"},
        {"encoding",
         {{"@type", "MediaObject"}, {"contentUrl", product.model}, {"encodingFormat", "model/gltf-binary"}}}};
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace rv::shops
