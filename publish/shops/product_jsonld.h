// A product as schema.org has it (https://schema.org/Product), in JSON-LD 1.1.
#pragma once

#include <string>
#include <vector>

#include "scene/rotating_view.h"

namespace rv::shops {

struct ProductText {
  std::string name;
  std::string sku;                  // may be empty
  std::vector<std::string> images;  // addresses or names beside the file, the main one first
  std::string model;                // of a GLB; empty: no 3DModel is named, since a spin is none
};

// One object with a line feed at its end. Color, material and pattern come from the asset's tags that are at least as likely
// as not. No offer: price and availability are not in an asset.
std::string ProductJson(const RotatingView& view, const ProductText& product);

}  // namespace rv::shops
