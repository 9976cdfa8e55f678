// The modules of viewer/web/: the script that the build joins them into, and a page that loads them unjoined.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "publish/export.h"
#include "publish/web_assets.h"
#include "tests/publish/browser.h"
#include "tests/publish/made_up_view.h"

namespace rv {
namespace {

using testing::Browser;
using testing::Json;
using testing::MakeUpView;
using testing::TempFolder;

const std::filesystem::path kModules = "viewer/web";  // tests run in the project's root

TEST(WebModules, JoinedScriptNeedsNoModules) {
  const std::string script(publish::kRotatingViewScript);
  EXPECT_FALSE(std::regex_search(script, std::regex("\\b(import|export)\\b")));
  EXPECT_THAT(script, ::testing::Not(::testing::HasSubstr("/**"))) << "comments do not travel";
  EXPECT_THAT(script, ::testing::StartsWith("(()=>{\"use strict\";")) << "no name leaks into the page";
}

TEST(WebModules, JoinedScriptIsValid) {
  if (std::system("node --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "node is not installed";
  const TempFolder folder;
  std::ofstream(folder / "joined.js") << publish::kRotatingViewScript;
  EXPECT_EQ(std::system(("node --check '" + (folder / "joined.js").string() + "'").c_str()), 0);
}

class WebModulesInBrowser : public ::testing::Test {
 protected:
  void SetUp() override {
    browser_ = Browser::Start();
    if (!browser_) GTEST_SKIP() << "chromium is not installed";
    ASSERT_TRUE(Export(MakeUpView({.views = 24}), "frames", folder_ / "site", {}, {}));
    for (const auto& file : std::filesystem::directory_iterator(kModules))
      if (file.path().extension() == ".js")
        std::filesystem::copy(file.path(), folder_ / "site" / file.path().filename());
    std::ofstream(folder_ / "site" / "page.html")
        << "<!doctype html><link rel='icon' href='data:,'><style>rotating-view{width:500px}</style>"
           "<script type='module' src='rotating_view.js'></script><rotating-view "
           "src='frames.json'></rotating-view>";
    browser_->OpenServed(folder_ / "site", "page.html");
  }

  std::unique_ptr<Browser> browser_;
  TempFolder folder_;
};

TEST_F(WebModulesInBrowser, LoadAsTheyAre) {
  ASSERT_TRUE(browser_->WaitFor("document.querySelector('rotating-view').state === 'complete'"));
  EXPECT_EQ(browser_->Evaluate("document.querySelector('rotating-view').frameCount"), 24);
  EXPECT_TRUE(browser_->complaints().empty()) << browser_->complaints()[0];
}

// The C++ owner of this order is scene/spin_order.h; the same table holds for it.
TEST_F(WebModulesInBrowser, CoarseToFineOrderIsThatOfTheExport) {
  const std::vector<std::vector<int>> orders = {
      {},
      {0},
      {0, 2, 1, 3},
      {0, 8, 4, 2, 6, 1, 3, 5, 7},
      {0, 8, 16, 4, 12, 2, 6, 10, 14, 18, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19},
  };
  for (const std::vector<int>& order : orders)
    EXPECT_EQ(browser_->Evaluate("import('./spin_order.js').then((m) => m.coarseToFineOrder(" +
                                 std::to_string(order.size()) + "))"),
              Json(order));
}

// The C++ owner of this rule is synthesis/nearest_frames.h.
TEST_F(WebModulesInBrowser, BetweenViewsItIsTheRuleOfTheRenderer) {
  const Json table = Json::parse(testing::Slurp("tests/synthesis/between_angles.json"));
  ASSERT_GE(table.size(), 9u);
  for (const Json& row : table) {
    const Json between =
        browser_->Evaluate("import('./turn.js').then(({Turn}) => new Turn(" + row["azimuths"].dump() + ", " +
                           row["closed"].dump() + ").between(" + row["at"].dump() + "))");
    EXPECT_EQ(between["first"], row["first"]) << row;
    EXPECT_EQ(between["second"], row["second"]) << row;
    EXPECT_NEAR(between["share"].get<double>(), row["share"].get<double>(), 1e-6) << row;
  }
}

}  // namespace
}  // namespace rv
