// <rotating-view> with an .rview on a server: what it asks for, what it draws, how it fails.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "asset/rview_file.h"
#include "publish/export.h"
#include "publish/web_assets.h"
#include "tests/publish/browser.h"
#include "tests/publish/made_up_globe.h"

namespace rv {
namespace {

using testing::Browser;
using testing::DrawGlobe;
using testing::Json;
using testing::MakeUpGlobe;
using testing::TempFolder;

constexpr char kElement[] = "document.querySelector('rotating-view')";
constexpr int kSide = 220;

// One browser for all, as starting one takes seconds.
class RviewElement : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TempFolder;
    std::ofstream(*folder_ / "rotating_view.js") << publish::kRotatingViewScript;
    std::ofstream(*folder_ / "rotating_view_depth.js") << publish::kRotatingViewDepthScript;
    RotatingView globe = MakeUpGlobe(24, kSide);
    ASSERT_TRUE(WriteRview(globe, *folder_ / "plain.rview"));
    globe.hotspots.push_back({.position = {0, 0, testing::kGlobeRadius}, .text = "<b>a chip</b>"});
    ASSERT_TRUE(WriteRview(globe, *folder_ / "globe.rview"));
    std::ofstream(*folder_ / "noise.rview") << std::string(5000, 'x');
    std::string bytes = testing::Slurp(*folder_ / "globe.rview");
    std::ofstream(*folder_ / "cut.rview") << bytes.substr(0, bytes.size() / 8);
    bytes.replace(bytes.find("\"major\":1"), 9, "\"major\":7");
    std::ofstream(*folder_ / "newer.rview") << bytes;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }

  void SetUp() override {
    browser_ = Browser::Start();
    if (!browser_) GTEST_SKIP() << "chromium is not installed";
    browser_->SetScreen(500, 600, 1, false);
  }

  // A page with `body` after a style that makes elements as large as the views.
  void Show(const std::string& body, bool parts = true) {
    browser_->ServeParts(parts);
    std::ofstream(*folder_ / "page.html")
        << "<!doctype html><html lang=en><title>t</title><meta name=viewport "
           "content='width=device-width'><link rel='icon' href='data:,'>"
           "<style>body{margin:0}rotating-view{width:"
        << kSide
        << "px}</style>"
           "<script src='rotating_view.js'></script>"
        << body;
    browser_->OpenServed(folder_->path(), "page.html");
  }
  void Complete() { ASSERT_TRUE(browser_->WaitFor(std::string(kElement) + ".state === 'complete'")); }
  Json Of(const std::string& member) { return browser_->Evaluate(std::string(kElement) + "." + member); }

  // The canvas, RGB.
  Image Canvas() {
    const Json pixels = browser_->Evaluate(
        "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => { const c = " +
        std::string(kElement) +
        ".shadowRoot.querySelector('canvas'); r([...c.getContext('2d').getImageData(0, 0, c.width, "
        "c.height).data]); })))");
    Image image = Image::Make(kSide, kSide, 3);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
      image.pixels[i] = pixels[i / 3 * 4 + i % 3].get<std::uint8_t>();
    return image;
  }

  static TempFolder* folder_;
  std::unique_ptr<Browser> browser_;
};

TempFolder* RviewElement::folder_ = nullptr;

double Apart(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

TEST_F(RviewElement, FirstPictureAndCoarseRingComeInTwoRequests) {
  Show("<rotating-view src='plain.rview'></rotating-view>");
  Complete();
  const auto& parts = browser_->parts();
  ASSERT_LE(parts.size(), 5u) << "the beginning, the rest of the coarse ring, and three refinements";
  EXPECT_EQ(parts[0].from, 0u);
  EXPECT_LE(parts[0].bytes, 150'000u);
  std::size_t bytes = 0;
  for (const Browser::Part& part : parts) bytes += part.bytes;
  std::size_t pictures = 0;
  for (const View& view : MakeUpGlobe(24, kSide).views) pictures += view.image.bytes.size();
  EXPECT_LT(bytes, pictures + 40'000) << "nothing but manifest and pictures, and nothing twice";
  EXPECT_LT(Apart(Canvas(), DrawGlobe(0, kSide)), 1);
  EXPECT_TRUE(browser_->complaints().empty()) << browser_->complaints()[0];
}

TEST_F(RviewElement, TheFirstViewComesBeforeTheRestOfALongManifest) {
  RotatingView globe = MakeUpGlobe(16, 64);
  for (int i = 0; i < 4000; ++i)
    globe.inputs.push_back({.name = "photo " + std::to_string(i), .state = InputState::kUnposed});
  ASSERT_TRUE(WriteRview(globe, *folder_ / "long.rview"));
  Show("<rotating-view src='long.rview'></rotating-view>");
  Complete();
  const auto& parts = browser_->parts();
  ASSERT_GE(parts.size(), 3u);
  EXPECT_GT(parts[1].from, parts[2].from) << "the first view lies behind the manifest";
  EXPECT_LT(Apart(Canvas(), DrawGlobe(0, kSide)), 12) << "enlarged";
}

TEST_F(RviewElement, ServersWithoutPartsSendItOnce) {
  Show("<rotating-view src='globe.rview'></rotating-view>", false);
  Complete();
  EXPECT_EQ(browser_->parts().size(), 1u);
  Of("azimuth = 90");
  EXPECT_LT(Apart(Canvas(), DrawGlobe(90, kSide)), 1);
}

TEST_F(RviewElement, ViewsInBetweenAreDrawnByDepth) {
  Show("<rotating-view src='globe.rview' between='always'></rotating-view>");
  Complete();
  const Image nearest = Canvas();
  Of("place(7.5)");
  ASSERT_TRUE(browser_->WaitFor(std::string(kElement) + ".painter.depth?.between.reliefs.size === 2"));
  const Image truth = DrawGlobe(7.5, kSide), drawn = Canvas();
  EXPECT_LT(Apart(drawn, truth), 3);
  EXPECT_GT(Apart(nearest, truth), 12) << "what it would be without depth";
  Of("setAttribute('between', 'off')");
  Of("fit()");
  EXPECT_LT(Apart(Canvas(), nearest), 1);
  EXPECT_TRUE(browser_->complaints().empty()) << browser_->complaints()[0];
}

TEST_F(RviewElement, RemarksFollowTheItemAndHideBehindIt) {
  Show("<rotating-view src='globe.rview'></rotating-view>");
  Complete();
  const std::string spot = "shadowRoot.querySelector('.spot')";
  ASSERT_TRUE(browser_->WaitFor(std::string(kElement) + "." + spot + "?.style.transform"));
  EXPECT_EQ(Of("shadowRoot.querySelector('.mark').getAttribute('aria-label')"), "<b>a chip</b>");
  Of("azimuth = 45");
  const auto place = [&] {
    return browser_->Evaluate(
        "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => { const b = " +
        std::string(kElement) + "." + spot + ".getBoundingClientRect(); r([b.x, b.y]); })))");
  };
  const Camera lens = Camera::Simple(kSide, kSide, 1.3 * kSide);
  const Eigen::Vector2d truth = *lens.Project(*MakeUpGlobe(8, 16).views[1].cam_from_object *
                                              Eigen::Vector3d(0, 0, testing::kGlobeRadius));
  EXPECT_NEAR(place()[0].get<double>(), truth.x(), 0.6);
  EXPECT_NEAR(place()[1].get<double>(), truth.y(), 0.6);
  const std::string hidden = std::string(kElement) + "." + spot + ".classList.contains('away')";
  EXPECT_EQ(browser_->Evaluate(hidden), false);
  Of("azimuth = 180");
  EXPECT_TRUE(browser_->WaitFor(hidden)) << "told by depth, as it has no normal that would face away";
}

TEST_F(RviewElement, AnExportedPageHasItsRemarksUnderItsPolicy) {
  RotatingView globe = MakeUpGlobe(8, 64);
  globe.hotspots.push_back({.position = {0, 0, testing::kGlobeRadius}, .text = "</script>a chip"});
  ASSERT_TRUE(Export(globe, "html", *folder_ / "globe.html", {}, {}));
  browser_->Open(*folder_ / "globe.html");
  Complete();
  EXPECT_TRUE(
      browser_->WaitFor(std::string(kElement) + ".shadowRoot.querySelector('.spot')?.style.transform"));
  EXPECT_EQ(Of("shadowRoot.querySelector('.mark').getAttribute('aria-label')"), "</script>a chip");
  EXPECT_TRUE(browser_->complaints().empty()) << browser_->complaints()[0];
}

TEST_F(RviewElement, BadFilesAreNamedAndSaid) {
  Show("");
  const std::vector<std::pair<std::string, std::string>> cases = {{"none.rview", "not-found"},
                                                                  {"noise.rview", "not-a-spin"},
                                                                  {"cut.rview", "damaged"},
                                                                  {"newer.rview", "newer-version"}};
  for (const auto& [file, code] : cases) {
    const Json told = browser_->Evaluate(
        "new Promise(r => { const v = document.createElement('rotating-view'); v.addEventListener('error', e "
        "=> "
        "r([e.detail.code, v.shadowRoot.querySelector('[role=alert]').textContent])); v.src = '" +
        file + "'; document.body.append(v); })");
    EXPECT_EQ(told[0], code) << file;
    // Where some views have come, they stay and nothing is written over them.
    const std::size_t least = code == "damaged" ? 0 : 15;
    EXPECT_GE(told[1].get<std::string>().size(), least) << file;
  }
}

TEST_F(RviewElement, LazyOnesWaitUntilTheyAreNearTheScreen) {
  Show("<p style='height:3000px'>far</p><rotating-view loading='lazy' src='globe.rview'></rotating-view>");
  browser_->Evaluate("new Promise(r => setTimeout(r, 300))");
  EXPECT_TRUE(browser_->parts().empty());
  browser_->Evaluate("scrollTo(0, 3000)");
  Complete();
}

TEST_F(RviewElement, TwentyShareTheBudget) {
  std::string body;
  for (int i = 0; i < 20; ++i) body += "<rotating-view loading='lazy' src='globe.rview'></rotating-view>";
  Show(body);
  const std::string views = "[...document.querySelectorAll('rotating-view')]";
  browser_->Evaluate(
      "new Promise(async r => { for (const v of " + views +
      ") { v.scrollIntoView(); while (v.frame < 0) await new Promise(s => setTimeout(s, 20)); } r(); })");
  // As if the pictures were large: the budget then holds only some of them.
  const Json allowed = browser_->Evaluate(
      views +
      ".map(v => { const p = v.loaded.pictures; return [p.heldCount * p.heldScale ** 2 * p.size.width * "
      "p.size.height, p.views.filter(x => x.picture).length, p.heldCount]; })");
  double pixels = 0;
  for (const Json& each : allowed) {
    pixels += each[0].get<double>();
    EXPECT_GE(each[1].get<int>(), 1);
    EXPECT_LE(each[1].get<int>(), each[2].get<int>() + 1) << "the one shown may be above";
  }
  EXPECT_LE(pixels, 64e6 * 1.05);
}

TEST_F(RviewElement, SidewaysSwipesTurnAndUprightOnesScroll) {
  browser_->SetScreen(400, 600, 1, false, "light", true);
  Show("<rotating-view src='globe.rview'></rotating-view><p style='height:3000px'>page</p>");
  Complete();
  browser_->Drag(180, 100, 80, 104, true);
  EXPECT_NE(Of("azimuth"), 0);
  EXPECT_EQ(browser_->Evaluate("scrollY"), 0);
  const Json azimuth = Of("azimuth");
  browser_->Drag(60, 150, 60, 10, true);
  EXPECT_TRUE(browser_->WaitFor("scrollY > 50"));
  EXPECT_EQ(Of("azimuth"), azimuth);
}

TEST_F(RviewElement, ADragBeyondTheEdgeOfAZoomedPictureTurnsIt) {
  Show("<rotating-view src='globe.rview'></rotating-view>");
  Complete();
  Of("zoom = 1.5");
  browser_->Drag(110, 110, 90, 110);
  EXPECT_EQ(Of("azimuth"), 0) << "within the picture it moves it";
  browser_->Drag(200, 110, 40, 110);
  EXPECT_GT(Of("azimuth").get<double>(), 20);
  EXPECT_EQ(Of("zoom"), 1.5);
}

TEST_F(RviewElement, WhatWasNotCapturedIsDottedAndNotCrossed) {
  ASSERT_TRUE(WriteRview(MakeUpGlobe(13, 64, 120), *folder_ / "arc.rview"));
  Show("<rotating-view src='arc.rview' start='0'></rotating-view>");
  Complete();
  EXPECT_NE(Of("shadowRoot.querySelector('.gap').getAttribute('d')"), "");
  for (int i = 0; i < 3; ++i) browser_->Drag(40, 110, 200, 110);
  EXPECT_EQ(Of("azimuth"), 0) << "not on to the other end";
}

}  // namespace
}  // namespace rv
