#include "publish/shops/shop_rules.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace rv::shops {
namespace {

using Verdict = RuleResult::Verdict;

struct Finding {
  Verdict verdict = Verdict::kUnknown;
  std::string says;
};
using Check = Finding (*)(const Shop&, const PackageFacts&);

Finding Is(bool met, std::string says, const char* remedy) {
  if (!met) says += Text("; ", remedy);
  return {met ? Verdict::kMet : Verdict::kNotMet, std::move(says)};
}

Finding FullTurn(const Shop&, const PackageFacts& facts) {
  return Is(facts.closed, Text("the spin shows ", Fixed(facts.arc_deg, 0), " degrees"),
            "film all the way round the item");
}

Finding CountAndSteps(const Shop& shop, const PackageFacts& facts) {
  const bool count = std::find(shop.counts.begin(), shop.counts.end(), static_cast<int>(facts.pictures)) !=
                     shop.counts.end();
  return Is(
      count && facts.distinct && facts.most_off_deg <= 1,
      Text(facts.pictures, facts.distinct ? " pictures, the worst " : " pictures, some twice, the worst ",
           Fixed(facts.most_off_deg, 1), " degrees from its place"),
      "convert again with --views 72 on a whole turn");
}

Finding SideLength(const Shop& shop, const PackageFacts& facts) {
  const int low = std::min(facts.width_px, facts.height_px), high = std::max(facts.width_px, facts.height_px);
  return Is(low >= shop.least_side_px && high <= shop.most_side_px,
            Text(facts.width_px, " x ", facts.height_px, " px"),
            "leave --max-side out, or film at a higher resolution");
}

Finding SquareShape(const Shop&, const PackageFacts& facts) {
  return Is(facts.width_px == facts.height_px, Text(facts.width_px, " x ", facts.height_px, " px"),
            "export again");
}

Finding FileSize(const Shop& shop, const PackageFacts& facts) {
  return Is(facts.largest_bytes <= shop.most_bytes, Text("the largest has ", facts.largest_bytes, " bytes"),
            "ask for a smaller --max-side or --quality");
}

Finding FileFormat(const Shop& shop, const PackageFacts& facts) {
  return Is(std::find(shop.formats.begin(), shop.formats.end(), facts.format) != shop.formats.end(),
            facts.format, "leave --picture out");
}

Finding WhiteBehind(const Shop&, const PackageFacts& facts) {
  if (!facts.has_mattes)
    return Is(false, "the asset does not know where the item is, so its background stays as captured",
              "convert a whole turn round one item");
  return Is(facts.white_edge >= 0.995,
            Text(Fixed(100 * facts.white_edge, 1), " % of the outermost pixels are pure white"),
            "fill less of the picture, or export again");
}

Finding Filled(const Shop& shop, const PackageFacts& facts) {
  if (!facts.has_mattes) return {Verdict::kUnknown, "the asset does not know where the item is"};
  const double least = shop.wanted_fill > 0.86 ? 0.85 : 0.75;
  return Is(facts.fill >= least - 5e-4,
            Text("where it is largest, the item fills ", Fixed(100 * facts.fill, 1), " % of the side"),
            "it stands beside the axis that it turns about: film round its middle");
}

Finding WholeItem(const Shop&, const PackageFacts& facts) {
  if (!facts.has_mattes) return {Verdict::kUnknown, "the asset does not know where the item is"};
  return Is(facts.cut.empty(),
            facts.cut.empty()
                ? "no picture cuts it"
                : Text(facts.cut.size(), " pictures cut it, the first is view ", facts.cut.front() + 1),
            "film again with the whole item in the picture");
}

Finding AsCaptured(const Shop&, const PackageFacts& facts) {
  return Is(facts.enlarged <= kMostEnlarged,
            Text(Fixed(facts.enlarged, 2), " pixels for one captured; ", Fixed(kMostEnlarged, 1),
                 " pass as captured"),
            "film at a higher resolution or nearer");
}

Finding LowElevation(const Shop&, const PackageFacts& facts) {
  if (!facts.elevation) return {Verdict::kUnknown, "the spin has no camera positions"};
  const double mean = facts.elevation->mean_deg;
  return Is(mean >= 10 && mean <= 30,
            Text("the camera is ", Fixed(mean, 0), " degrees above the item's middle"),
            "film from a little above the item");
}

Finding FixedElevation(const Shop&, const PackageFacts& facts) {
  if (!facts.elevation) return {Verdict::kUnknown, "the spin has no camera positions"};
  return Is(facts.elevation->range_deg <= 6,
            Text("it rises and falls by ", Fixed(facts.elevation->range_deg, 1), " degrees; 6 pass as fixed"),
            "film at one height");
}

Finding HasAsin(const Shop&, const PackageFacts& facts) {
  return Is(IsAsin(facts.item_id), facts.item_id.empty() ? "no ASIN is given" : Text("'", facts.item_id, "'"),
            "name the output B0........zip by the item's ASIN, or give --item-id");
}

Finding NamesInside(const Shop&, const PackageFacts&) {
  return {Verdict::kUnknown,
          "folder ASIN/ with ASIN_001 and so on: the sheet that prescribes the names goes to vendors only, "
          "so compare it "
          "with yours"};
}

Finding UploadByShop(const Shop&, const PackageFacts&) {
  return {Verdict::kUnknown, "send the ZIP to your vendor or account manager"};
}

Finding PublicAddress(const Shop&, const PackageFacts& facts) {
  if (facts.url_base.empty()) return {Verdict::kUnknown, "upload the pictures where everybody can read them"};
  return {Verdict::kUnknown, Text("put the pictures below ", facts.url_base)};
}

Finding AbsoluteAddress(const Shop&, const PackageFacts& facts) {
  return Is(facts.url_base.starts_with("https://") || facts.url_base.starts_with("http://"),
            facts.url_base.empty() ? "no address is given" : facts.url_base,
            "give --url-base https://... , where the files will be");
}

Finding HasName(const Shop&, const PackageFacts& facts) {
  return Is(!facts.title.empty(), facts.title.empty() ? "the item has no name" : Text("'", facts.title, "'"),
            "give --title");
}

Finding OfferOfSeller(const Shop&, const PackageFacts&) {
  return {Verdict::kUnknown, "price and availability are the seller's: add offers to product.jsonld"};
}

Finding ModelSize(const Shop&, const PackageFacts& facts) {
  if (facts.model_bytes == 0) return {Verdict::kMet, "no 3D model is named, as none is beside the pictures"};
  return Is(facts.model_bytes <= 15'000'000, Text(facts.model_bytes, " bytes"), "give a smaller model");
}

constexpr const char* kForum =
    "sellercentral.amazon.com/forums/t/360-image-rotation-requirements-and-instructions/591376";
constexpr const char* kVendorNote = "playbook.rivrhub.com/help/catalog-sop-360-images";
constexpr const char* kWalmart = "itemmanager.helpdocs.io/article/mcjs08zzw1-rich-media-specifications";
constexpr const char* kFillNote = "as other pages quote support.google.com/merchants/answer/6324350";
constexpr const char* kImageLink = "support.google.com/merchants/answer/6324350";
constexpr const char* kMoreLinks = "support.google.com/merchants/answer/6324370";
constexpr const char* kModelLink = "support.google.com/merchants/answer/13674896";
constexpr const char* kMerchant =
    "developers.google.com/search/docs/appearance/structured-data/merchant-listing";
constexpr const char* kOurs = "Rotaview's own rule: docs/shops.md";
constexpr const char* kRead = "2026-11-29";

struct Rule {
  const char* shop;
  const char* id;
  const char* text;
  const char* source;
  const char* date;
  Check check;
};

constexpr Rule kRules[] = {
    {"amazon", "turn", "the pictures go all the way round", kForum, kRead, FullTurn},
    {"amazon", "count", "24, 48 or 72 pictures in equal steps, from 0 on, the item turning counter-clockwise",
     kForum, kRead, CountAndSteps},
    {"amazon", "square", "each picture is square, the center of rotation in its middle", kForum, kRead,
     SquareShape},
    {"amazon", "size", "1500 to 2500 px a side", kForum, kRead, SideLength},
    {"amazon", "format", "PNG; JPEG is taken too", kVendorNote, kRead, FileFormat},
    {"amazon", "background", "nothing behind the item but pure white", kVendorNote, kRead, WhiteBehind},
    {"amazon", "fill", "the item fills 85 % of width or height in one picture at least", kVendorNote, kRead,
     Filled},
    {"amazon", "whole", "the whole item is in each picture", kVendorNote, kRead, WholeItem},
    {"amazon", "elevation", "the camera stands 10 to 30 degrees above the item", kForum, kRead, LowElevation},
    {"amazon", "level", "one elevation for all pictures", kForum, kRead, FixedElevation},
    {"amazon", "pixels", "no picture is blown up", kOurs, kRead, AsCaptured},
    {"amazon", "package", "one ZIP for each ASIN", kForum, kRead, HasAsin},
    {"amazon", "names", "files and folder are named as prescribed", kForum, kRead, NamesInside},
    {"amazon", "upload", "Amazon or a vendor uploads the package, not the seller", kForum, kRead,
     UploadByShop},
    {"walmart", "turn", "the pictures go all the way round", kWalmart, kRead, FullTurn},
    {"walmart", "count", "exactly 24 pictures, best all different", kWalmart, kRead, CountAndSteps},
    {"walmart", "bytes", "1.5 MB a picture at most", kWalmart, kRead, FileSize},
    {"walmart", "format", "files that end in .jpg or .png", kWalmart, kRead, FileFormat},
    {"walmart", "whole", "the whole item is in each picture", kOurs, kRead, WholeItem},
    {"walmart", "background", "nothing behind the item but pure white", kOurs, kRead, WhiteBehind},
    {"walmart", "pixels", "no picture is blown up", kOurs, kRead, AsCaptured},
    {"walmart", "address", "public addresses that give the picture itself", kWalmart, kRead, PublicAddress},
    {"google", "size", "500 px a side at least (enforced from 2027-01-31), 64 megapixels at most", kImageLink,
     kRead, SideLength},
    {"google", "bytes", "16 MB a picture at most", kImageLink, kRead, FileSize},
    {"google", "format", "JPEG, WebP or PNG", kImageLink, kRead, FileFormat},
    {"google", "whole", "the whole item is in the picture", kImageLink, kRead, WholeItem},
    {"google", "background", "white or transparent behind the item", kImageLink, kRead, WhiteBehind},
    {"google", "fill", "the item fills 75 to 90 % of the picture", kFillNote, kRead, Filled},
    {"google", "pixels", "no picture is scaled up", kImageLink, kRead, AsCaptured},
    {"google", "count", "a main picture and ten more at most", kMoreLinks, kRead, CountAndSteps},
    {"google", "name", "the product has a name", kMerchant, kRead, HasName},
    {"google", "address", "absolute addresses of the pictures", kImageLink, kRead, AbsoluteAddress},
    {"google", "offer", "an offer with price and availability", kMerchant, kRead, OfferOfSeller},
    {"google", "model", "a 3D model has 15 MB at most", kModelLink, kRead, ModelSize},
    {"json-ld", "name", "the product has a name", kMerchant, kRead, HasName},
    {"json-ld", "offer", "an offer with price and availability", kMerchant, kRead, OfferOfSeller},
};

constexpr int kAmazonCounts[] = {72, 48, 24}, kWalmartCounts[] = {24}, kGoogleCounts[] = {11, 8, 6, 4, 1};
constexpr std::string_view kPngOrJpeg[] = {"png", "jpeg"}, kAny[] = {"jpeg", "webp", "png"};
constexpr std::size_t kNoLimit = 16'000'000;

constexpr Shop kShops[] = {
    {"amazon", "Amazon", kAmazonCounts, true, 1500, 2500, 0.88, kNoLimit, "png", kPngOrJpeg},
    {"walmart", "Walmart", kWalmartCounts, true, 1, 2200, 0.88, 1'500'000, "jpeg", kPngOrJpeg},
    {"google", "Google", kGoogleCounts, false, 500, 8000, 0.82, 16'000'000, "jpeg", kAny},
    {"json-ld", "schema.org", kGoogleCounts, false, 1, 8000, 0.82, kNoLimit, "jpeg", kAny},
};

}  // namespace

const Shop* FindShop(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kShops), std::end(kShops), [&](const Shop& shop) { return name == shop.name; });
  return found == std::end(kShops) ? nullptr : found;
}

std::span<const Shop> AllShops() { return kShops; }

bool IsAsin(std::string_view text) {
  return text.size() == 10 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

std::vector<RuleResult> CheckRules(const Shop& shop, const PackageFacts& facts) {
  std::vector<RuleResult> out;
  for (const Rule& rule : kRules) {
    if (std::string_view(rule.shop) != shop.name) continue;
    const Finding found = rule.check(shop, facts);
    out.push_back({rule.id, rule.text, rule.source, rule.date, found.verdict, found.says});
  }
  return out;
}

}  // namespace rv::shops
