#include "groknet/catalog/search_request.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace rv::catalog {
namespace {

const OptionSpec<SearchRequest>& Spec(const std::string& name) {
  for (const OptionSpec<SearchRequest>& spec : SearchRequestTable())
    if (spec.name == name) return spec;
  throw std::out_of_range(name);
}

TEST(SearchRequest, RowsReachTheOptions) {
  SearchRequest request;
  ASSERT_TRUE(Spec("k").set(request, "7"));
  ASSERT_TRUE(Spec("exact").set(request, "true"));
  ASSERT_TRUE(Spec("best-view").set(request, "true"));
  ASSERT_TRUE(Spec("filter").set(request, "base_colour=Red"));
  ASSERT_TRUE(Spec("filter").set(request, "pattern=Striped"));
  const Result<SearchOptions> options = request.Options();
  ASSERT_TRUE(options);
  EXPECT_EQ(options->k, 7U);
  EXPECT_TRUE(options->exact_only);
  EXPECT_EQ(options->fusion, SweepFusion::kMax);
  ASSERT_EQ(options->filters.size(), 2U);
  EXPECT_EQ(options->filters[1].name, "pattern");
  EXPECT_EQ(options->filters[1].value, "Striped");
}

TEST(SearchRequest, RefusesAFilterWithoutAValue) {
  for (const char* filter : {"base_colour", "=Red", "base_colour="}) {
    const Result<SearchOptions> options = SearchRequest{.filters = {filter}}.Options();
    ASSERT_FALSE(options) << filter;
    EXPECT_EQ(options.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(AddView, GroupsTheViewsOfASpin) {
  std::vector<Query> queries;
  for (const char* path : {"shoe.rview#0", "shoe.rview#1", "a.jpg", "b.jpg"})
    AddView({.path = path, .embedding = {1}}, false, queries);
  ASSERT_EQ(queries.size(), 3U);
  EXPECT_EQ(queries[0].name, "shoe.rview");
  EXPECT_EQ(queries[0].views.size(), 2U);
  EXPECT_EQ(queries[2].name, "b.jpg");
}

TEST(AddView, MakesOneQueryOfOneItem) {
  std::vector<Query> queries;
  for (const char* path : {"a.jpg", "b.jpg"}) AddView({.path = path, .embedding = {1}}, true, queries);
  ASSERT_EQ(queries.size(), 1U);
  EXPECT_EQ(queries[0].views.size(), 2U);
}

}  // namespace
}  // namespace rv::catalog
