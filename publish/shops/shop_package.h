// The files that a shop takes, made from the views of an asset, and how far they are what the shop asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "publish/shops/shop_rules.h"
#include "scene/rotating_view.h"

namespace rv::shops {

struct ShopOrder {
  std::string item_id;                        // ASIN, GTIN or SKU
  std::string title;                          // of the product
  std::string url_base;                       // where the files will be; a '/' is added where it lacks one
  std::vector<std::uint8_t> model;            // a GLB to put beside; may be empty
  std::optional<double> front_deg;            // azimuth of picture 1; unset: the best view
  std::optional<int> side_px;                 // unset: the captured size within what the shop takes
  std::optional<std::string> picture_format;  // "jpeg", "png" or "webp"
  std::optional<int> quality;                 // unset: 92
  int threads = 0;
};

struct PackedFile {
  std::string name;  // '/'-separated
  std::vector<std::uint8_t> bytes;
};

struct ShopPackage {
  std::vector<PackedFile> files;
  std::vector<RuleResult> rules;
  std::string first_view;  // which view is picture 1, and why
};

// Pictures are square, of one frame for all views; the item is on white where the asset has mattes, else as captured. A shop
// without spins gets the best view and some all round, and product.jsonld. Fails with kCorrupt when a view does not
// decode, kCancelled. The package is made whether or not the rules are met.
Result<ShopPackage> PackForShop(const Shop& shop,
                                const RotatingView& view,
                                const ShopOrder& order,
                                const Progress& progress);

}  // namespace rv::shops
