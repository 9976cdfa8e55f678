// The exported page in a real browser: dragged, turned by key, zoomed, looked at.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "publish/export.h"
#include "publish/web_assets.h"
#include "tests/publish/browser.h"
#include "tests/publish/made_up_view.h"

namespace rv {
namespace {

using testing::Browser;
using testing::MakeUpView;
using testing::TempFolder;
using testing::ViewOfColor;

constexpr char kView[] = "document.querySelector('rotating-view')";

class WebPageInBrowser : public ::testing::Test {
 protected:
  void SetUp() override {
    browser_ = Browser::Start();
    if (!browser_) GTEST_SKIP() << "chromium is not installed";
    browser_->SetScreen(800, 700, 1, false);  // no motion: positions are exact at once
  }

  // Exports `view`, opens it and waits for `state`.
  void Show(const RotatingView& view, const std::string& state = "complete") {
    views_ = static_cast<int>(view.views.size());
    const Status status = Export(view, "html", folder_ / "page.html", {}, {});
    ASSERT_TRUE(status) << status.error().message;
    browser_->Open(folder_ / "page.html");
    ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".state === '" + state + "'"));
    const testing::Json box = browser_->Evaluate("(r => [r.x, r.y, r.width, r.height])(" +
                                                 std::string(kView) + ".getBoundingClientRect())");
    left_ = box[0], top_ = box[1], width_ = box[2], height_ = box[3];
  }

  double X(double share) const { return left_ + width_ * share; }
  double Y(double share) const { return top_ + height_ * share; }

  testing::Json Of(const std::string& member) {
    return browser_->Evaluate(std::string(kView) + "." + member);
  }
  std::string Stage(const std::string& attribute) {
    return Of("shadowRoot.querySelector('[role=slider]').getAttribute('" + attribute + "')")
        .get<std::string>();
  }
  // The view whose color stands in the middle of the canvas now.
  int ShownView() {
    const testing::Json p = browser_->Evaluate(
        "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => { const c = " +
        std::string(kView) +
        ".shadowRoot.querySelector('canvas'); r([...c.getContext('2d').getImageData(c.width / 2, c.height / "
        "2, 1, 1).data]); })))");
    EXPECT_EQ(p[3], 255);
    return ViewOfColor({p[0], p[1], p[2]}, views_);
  }

  std::unique_ptr<Browser> browser_;
  TempFolder folder_;
  int views_ = 0;
  double left_ = 0, top_ = 0, width_ = 0, height_ = 0;
};

TEST_F(WebPageInBrowser, DragTurnsTheFrontWithTheHand) {
  Show(MakeUpView({.views = 24}));
  EXPECT_EQ(ShownView(), 0);
  // Half a turn for the whole width: a tenth is 18 degrees, which is nearest to the view at 15.
  browser_->Drag(X(0.5), Y(0.5), X(0.4), Y(0.5));
  EXPECT_EQ(ShownView(), 1);
  EXPECT_NEAR(Of("azimuth").get<double>(), 15, 1e-9);
  // To the right the camera goes clockwise: from 15 by 60 degrees to 315.
  browser_->Drag(X(0.3), Y(0.5), X(0.3 + 60.0 / 180), Y(0.5));
  EXPECT_EQ(ShownView(), 21);
  EXPECT_NEAR(Of("azimuth").get<double>(), 315, 1e-9);
  EXPECT_EQ(Stage("aria-valuenow"), "315");
  EXPECT_EQ(Stage("aria-valuetext"), "315 degrees, view 22 of 24");
  EXPECT_TRUE(browser_->complaints().empty()) << browser_->complaints()[0];
}

TEST_F(WebPageInBrowser, AsksTheNetworkForNothing) {
  Show(MakeUpView({.views = 24}));
  ASSERT_EQ(browser_->requests().size(), 1u);
  EXPECT_EQ(browser_->requests()[0].rfind("file://", 0), 0u);
  EXPECT_TRUE(browser_->complaints().empty()) << browser_->complaints()[0];
}

TEST_F(WebPageInBrowser, ScreenShowsThePictureUprightAndWhole) {
  Show(MakeUpView({.views = 24, .width = 640, .height = 480}));
  Of("azimuth = 90");
  EXPECT_EQ(ShownView(), 6);
  const Image screen = browser_->Screenshot();
  const auto at = [&](double x, double y) {
    const std::uint8_t* p = screen.at(static_cast<int>(X(x)), static_cast<int>(Y(y)));
    return std::array<int, 3>{p[0], p[1], p[2]};
  };
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(at(0.5, 0.5)[c], testing::ColorOf(6)[c], 8);
    EXPECT_NEAR(at(0.2, 0.2)[c], testing::ColorOf(6)[c], 8);
    EXPECT_NEAR(at(0.06, 0.06)[c], 250, 8) << "the light corner is top left";
    EXPECT_NEAR(at(0.5, 0.06)[c], 40, 8);
    EXPECT_NEAR(at(0.06, 0.9)[c], 40, 8);
  }
}

TEST_F(WebPageInBrowser, KeysTurnZoomAndGoHome) {
  Show(MakeUpView({.views = 24}));
  Of("shadowRoot.querySelector('[role=slider]').focus()");
  browser_->Key("ArrowLeft");
  browser_->Key("ArrowLeft");
  EXPECT_EQ(ShownView(), 2);
  browser_->Key("ArrowRight");
  EXPECT_EQ(ShownView(), 1);
  browser_->Key("ArrowRight");
  browser_->Key("ArrowRight");
  EXPECT_EQ(ShownView(), 23) << "a closed ring goes on";
  browser_->Key("PageUp");
  EXPECT_EQ(ShownView(), 2);
  browser_->Key("End");
  EXPECT_EQ(ShownView(), 12);
  browser_->Key("+");
  EXPECT_NEAR(Of("zoom").get<double>(), 1.25, 1e-9);
  browser_->Key("-");
  EXPECT_EQ(Of("zoom"), 1);
  browser_->Key("Home");
  EXPECT_EQ(ShownView(), 0);
  EXPECT_EQ(Stage("aria-valuenow"), "0");
}

TEST_F(WebPageInBrowser, WheelZoomsRoundThePointerAndADragThenPans) {
  Show(MakeUpView({.views = 24}));
  browser_->Wheel(X(0.06), Y(0.06), 0, -800);
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".zoom > 3"));
  // The light corner (an eighth of the picture) stays under the pointer and has grown.
  Image screen = browser_->Screenshot();
  EXPECT_NEAR(screen.at(static_cast<int>(X(0.06)), static_cast<int>(Y(0.06)))[0], 250, 8);
  EXPECT_NEAR(screen.at(static_cast<int>(X(0.2)), static_cast<int>(Y(0.2)))[0], 250, 8);
  browser_->Drag(X(0.5), Y(0.5), X(0.1), Y(0.1));
  EXPECT_EQ(Of("azimuth"), 0) << "a drag moves the zoomed picture, it does not turn it";
  screen = browser_->Screenshot();
  EXPECT_NEAR(screen.at(static_cast<int>(X(0.5)), static_cast<int>(Y(0.5)))[0], testing::ColorOf(0)[0], 8);
  browser_->Wheel(X(0.5), Y(0.5), 0, 5000);
  EXPECT_TRUE(browser_->WaitFor(std::string(kView) + ".zoom === 1"));
}

TEST_F(WebPageInBrowser, OpenArcStopsAtItsEnds) {
  Show(MakeUpView({.views = 13, .arc_deg = 120}));
  EXPECT_EQ(ShownView(), 6) << "starts in the middle";
  browser_->Drag(X(0.9), Y(0.5), X(0.1), Y(0.5));
  EXPECT_EQ(ShownView(), 12);
  EXPECT_NEAR(Of("azimuth").get<double>(), 120, 1e-9);
  browser_->Drag(X(0.9), Y(0.5), X(0.1), Y(0.5));
  EXPECT_EQ(ShownView(), 12);
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".over === 0")) << "what gave way springs back";
  for (int i = 0; i < 3; ++i) browser_->Drag(X(0.1), Y(0.5), X(0.9), Y(0.5));
  EXPECT_EQ(ShownView(), 0);
  EXPECT_EQ(Stage("aria-valuemin"), "0");
  EXPECT_EQ(Stage("aria-valuemax"), "120");
}

TEST_F(WebPageInBrowser, GlidesOnAfterAFlickAndLandsOnAView) {
  browser_->SetScreen(800, 700);
  Show(MakeUpView({.views = 24}));
  browser_->Drag(X(0.6), Y(0.5), X(0.4), Y(0.5), false, 0);
  const double released = Of("position").get<double>();
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".motion === null"));
  const double landed = Of("position").get<double>();
  EXPECT_GT(landed, released) << "on in the direction of the flick";
  EXPECT_NEAR(std::remainder(landed, 15), 0, 1e-6);
}

TEST_F(WebPageInBrowser, SwaysUntilTouchedUnlessMotionIsUnwanted) {
  browser_->SetScreen(800, 700, 1, true);
  Show(MakeUpView({.views = 24}));
  EXPECT_TRUE(browser_->WaitFor(std::string(kView) + ".frame !== 0", 10));
  browser_->Drag(X(0.5), Y(0.5), X(0.5) + 1, Y(0.5));
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".motion === null"));
  browser_->SetScreen(800, 700, 1, false);
  Show(MakeUpView({.views = 24}));
  EXPECT_EQ(Of("motion"), nullptr);
}

TEST_F(WebPageInBrowser, FingersTurnAndPinch) {
  browser_->SetScreen(400, 700, 2, false, "dark", true);
  Show(MakeUpView({.views = 24}));
  EXPECT_EQ(Of("shadowRoot.querySelector('canvas').width").get<double>(), std::round(width_ * 2))
      << "sharp on dense screens";
  browser_->Drag(X(0.7), Y(0.5), X(0.7 - 45.0 / 180), Y(0.5), true);
  EXPECT_EQ(ShownView(), 3);
  browser_->Pinch(X(0.5), Y(0.5), 60, 180);
  EXPECT_NEAR(Of("zoom").get<double>(), 3, 0.3);
  EXPECT_EQ(Of("frame"), 3);
}

TEST_F(WebPageInBrowser, FillsTheScreenWhereTheBrowserRefusesFullScreen) {
  Show(MakeUpView({.views = 3}));
  Of("requestFullscreen = undefined");
  const std::string box =
      "(r => [r.x, r.y, r.width, r.height].join())(" + std::string(kView) + ".getBoundingClientRect())";
  const testing::Json before = browser_->Evaluate(box);
  Of("shadowRoot.querySelector('.full').click()");
  EXPECT_EQ(browser_->Evaluate(box), "0,0,800,700");
  EXPECT_EQ(ShownView(), 0);
  EXPECT_EQ(Of("shadowRoot.querySelector('.full').getAttribute('aria-pressed')"), "true");
  Of("shadowRoot.querySelector('.full').focus()");
  browser_->Key("Escape");
  EXPECT_EQ(browser_->Evaluate(box), before);
}

TEST_F(WebPageInBrowser, CanBeTurnedBeforeAllHasArrived) {
  // The page as far as it has come when the coarse ring is there: cut after the third view of 24.
  ASSERT_TRUE(Export(MakeUpView({.views = 24}), "html", folder_ / "all.html", {}, {}));
  std::string page = testing::Slurp(folder_ / "all.html");
  page.resize(page.find("data-frame=\"4\""));
  page.resize(page.rfind('\n') + 1);
  std::ofstream(folder_ / "part.html") << page;
  views_ = 24;
  browser_->Open(folder_ / "part.html");
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".state === 'ready'"));
  Of("azimuth = 110");
  EXPECT_EQ(ShownView(), 8) << "the nearest of those that are there: 0, 8, 16";
}

TEST_F(WebPageInBrowser, ElementPlaysAFramesFolderFromAServer) {
  views_ = 24;
  ASSERT_TRUE(Export(MakeUpView({.views = 24}), "frames", folder_ / "frames", {}, {}));
  std::ofstream(folder_ / "frames" / "page.html")
      << "<!doctype html><link rel='icon' href='data:,'><style>rotating-view{width:500px}</style><script>"
      << publish::kRotatingViewScript
      << "</script><rotating-view src='frames.json' label='a cup' hint='Turn me'></rotating-view>";
  browser_->OpenServed(folder_ / "frames", "page.html");
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".state === 'complete'"));
  Of("azimuth = 300");
  EXPECT_EQ(ShownView(), 20);
  EXPECT_EQ(Stage("aria-label"), "a cup");
  EXPECT_EQ(browser_->requests().size(), 26u) << "the page, the description and each picture once";
  EXPECT_NEAR(Of("getBoundingClientRect().height").get<double>(), 375, 0.5) << "shape of the pictures";
  Of("setAttribute('src', 'none.json')");
  browser_->Evaluate("document.body.append(Object.assign(document.createElement('rotating-view')))");
  browser_->Evaluate("document.querySelectorAll('rotating-view')[1].setAttribute('src', 'none.json')");
  EXPECT_TRUE(
      browser_->WaitFor("document.querySelectorAll('rotating-view')[1].shadowRoot.querySelector('[role=alert]"
                        "').textContent.length > 10"));
  EXPECT_EQ(ShownView(), 20) << "what is shown stays when another cannot be had";
}

TEST_F(WebPageInBrowser, LargeRingsAreHeldSmallerAndSharpAtRest) {
  Show(MakeUpView({.views = 3}));
  Of("load({width: 2000, height: 2000, closed: true, frames: Array.from({length: 24}, (_, i) => "
     "({azimuth_deg: 15 * i}))})");
  browser_->Evaluate(
      "Promise.all([0, 8, 16].map(async i => { const c = new OffscreenCanvas(2000, 2000); const x = "
      "c.getContext('2d'); "
      "x.fillRect(0, 0, 2000, 2000); " +
      std::string(kView) + ".addFrame(i, await c.convertToBlob()); }))");
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".state === 'ready'"));
  EXPECT_EQ(Of("views[0].picture.width"), 1633) << "24 of them fill the budget of 64 million pixels";
  EXPECT_EQ(Of("sharp"), nullptr);
  Of("zoom = 4");
  ASSERT_TRUE(browser_->WaitFor(std::string(kView) + ".sharp !== null"));
  EXPECT_EQ(Of("sharp.picture.width"), 2000);
}

}  // namespace
}  // namespace rv
