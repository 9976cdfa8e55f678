// What each shop asks for, in one table with where and when that was read, and what a package of pictures has.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/shops/rule_result.h"
#include "publish/shops/square_frame.h"

namespace rv::shops {

// How a shop's pictures are made. Numbers that the shop states are also in its rules.
struct Shop {
  const char* name;             // the format of `export`
  const char* called;           // for people
  std::span<const int> counts;  // numbers of pictures, best first; more than one picture is a spin
  bool spin;                    // equal steps all the way round; else picture 1 is the best view
  int least_side_px, most_side_px;
  double wanted_fill;          // of the item where it is largest
  std::size_t most_bytes;      // a picture
  const char* picture_format;  // where the caller asks for none
  std::span<const std::string_view> formats;
};

// Null for a name that is no shop's.
const Shop* FindShop(std::string_view name);
std::span<const Shop> AllShops();

// What a finished package is, as measured on it.
struct PackageFacts {
  bool closed = false;
  double arc_deg = 0;
  std::size_t pictures = 0;
  bool distinct = true;
  double most_off_deg = 0;  // of a picture from its place among equal steps
  int width_px = 0, height_px = 0;
  std::size_t largest_bytes = 0;
  std::string format;
  bool has_mattes = false;
  double white_edge = 0;  // share of the outermost pixels of all pictures that are 255, 255, 255
  double fill = 0;
  std::vector<std::size_t> cut;  // views, from 0
  double enlarged = 1;           // pixels of a picture for one captured
  std::optional<Elevation> elevation;
  std::string item_id;  // ASIN, GTIN, SKU
  std::string title;
  std::string url_base;
  std::size_t model_bytes = 0;  // 0: no model beside
};

// Each rule of the shop held against the facts, in the table's order.
std::vector<RuleResult> CheckRules(const Shop& shop, const PackageFacts& facts);

// Pixels for one captured that still pass as captured.
inline constexpr double kMostEnlarged = 1.5;

// Ten capital letters and digits.
bool IsAsin(std::string_view text);

}  // namespace rv::shops
