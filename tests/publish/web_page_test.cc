// What the page and frames.json say; web_page_browser_test.cc looks at what they do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "publish/export.h"
#include "publish/view_pictures.h"
#include "publish/web_assets.h"
#include "tests/publish/made_up_view.h"

namespace rv {
namespace {

using ::testing::HasSubstr;
using testing::MakeUpView;
using ::testing::Not;
using testing::Slurp;
using testing::TempFolder;

std::string Page(const RotatingView& view, const ExportOptions& options = {}) {
  const TempFolder folder;
  const Status status = Export(view, "html", folder / "a.html", options, {});
  EXPECT_TRUE(status) << status.error().message;
  return Slurp(folder / "a.html");
}

std::vector<int> FramesInOrder(const std::string& page) {
  std::vector<int> order;
  const std::regex frame("data-frame=\"(\\d+)\"");
  const std::string body = page.substr(page.find("<rotating-view"));
  for (std::sregex_iterator it(body.begin(), body.end(), frame), end; it != end; ++it)
    order.push_back(std::stoi((*it)[1]));
  return order;
}

TEST(WebPage, ScriptIsSmall) {
  EXPECT_LT(publish::kRotatingViewScript.size(), 36000u);
  EXPECT_LT(publish::kRotatingViewDepthScript.size(), 17000u);
  EXPECT_GT(publish::kRotatingViewScript.size(), 5000u);
}

TEST(WebPage, AsksForNothingOutsideItself) {
  const std::string page = Page(MakeUpView({.views = 4}));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const char* outside : {"http://", "https://", "src=\"/", "href=", "@import", "url("})
    EXPECT_THAT(page, Not(HasSubstr(outside))) << outside;
}

TEST(WebPage, HoldsEveryViewOnceCoarseRingFirst) {
  const std::vector<int> order = FramesInOrder(Page(MakeUpView({.views = 20})));
  EXPECT_EQ(order, (std::vector<int>{0, 8, 16, 4, 12, 2, 6, 10, 14, 18, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19}));
}

TEST(WebPage, OpenArcShowsItsMiddleFirst) {
  EXPECT_EQ(FramesInOrder(Page(MakeUpView({.views = 9, .arc_deg = 80})))[0], 4);
}

TEST(WebPage, SaysNothingOfTheCapture) {
  RotatingView view = MakeUpView({.views = 3});
  ASSERT_FALSE(view.sources.empty());
  for (SourceFrame& source : view.sources) source.name = "IMG_0042.jpg", source.note = "kitchen";
  view.source_name = "Photos of Anna";
  view.coverage.findings = {"photo IMG_0042.jpg is blurred"};
  const std::string page = Page(view);
  for (const char* secret : {"IMG_", "Anna", "kitchen", "blurred"}) EXPECT_THAT(page, Not(HasSubstr(secret)));
  EXPECT_EQ(FramesInOrder(page).size(), 3u) << "no captured frame";
}

TEST(WebPage, TitleCannotBreakOut) {
  const std::string page =
      Page(MakeUpView({.views = 3}), {.title = "</script><script>alert(1)</script>\" & 'x' {{FRAMES}}"});
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&quot; &amp; &#39;x&#39; {{FRAMES}}"));
}

TEST(WebPage, BrokenUtf8InTheTitleIsNoCrash) {
  EXPECT_FALSE(Page(MakeUpView({.views = 3}), {.title = "caf\xE9"}).empty());
}

TEST(WebPage, KeepsStoredBytesUnlessAskedOtherwise) {
  const RotatingView view = MakeUpView({.views = 3, .picture_format = "jpeg"});
  EXPECT_THAT(Page(view), HasSubstr("data-type=\"image/jpeg\""));
  EXPECT_THAT(Page(view), Not(HasSubstr("image/webp\"")));
  EXPECT_THAT(Page(view, {.picture_format = "webp"}), HasSubstr("data-type=\"image/webp\""));
  EXPECT_THAT(Page(view, {.max_side_px = 80}), HasSubstr("\"width\":80,\"height\":60"));
}

TEST(FrameFolder, NumberedPicturesAndTheirAzimuths) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 12});
  ASSERT_TRUE(Export(view, "frames", folder / "f", {}, {}));
  const auto json = nlohmann::json::parse(Slurp(folder / "f" / "frames.json"));
  EXPECT_EQ(json["closed"], true);
  ASSERT_EQ(json["frames"].size(), 12u);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_DOUBLE_EQ(json["frames"][i]["azimuth_deg"].get<double>(), view.views[i].azimuth_deg);
    const std::string bytes = Slurp(folder / "f" / json["frames"][i]["file"].get<std::string>());
    EXPECT_EQ(bytes, std::string(view.views[i].image.bytes.begin(), view.views[i].image.bytes.end()));
  }
  EXPECT_EQ(json["frames"][0]["file"], "frame_0001.webp");
}

TEST(FrameFolder, JpegWhenAsked) {
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 3}), "frames", folder / "f", {.picture_format = "jpeg"}, {}));
  EXPECT_EQ(Slurp(folder / "f" / "frame_0003.jpg").substr(0, 2), "\xFF\xD8");
}

TEST(FrameFolder, ViewsWithoutAnglesGetNominalOnesAndSaySo) {
  const TempFolder folder;
  RotatingView view = MakeUpView({.views = 4, .tier = Tier::kRawFrames});
  for (View& each : view.views) each.azimuth_deg = 0;
  view.coverage.closed = false;
  ASSERT_TRUE(Export(view, "frames", folder / "f", {}, {}));
  const auto json = nlohmann::json::parse(Slurp(folder / "f" / "frames.json"));
  EXPECT_EQ(json["angles"], false);
  EXPECT_EQ(json["frames"][3]["azimuth_deg"], 15.0);
}

}  // namespace
}  // namespace rv
