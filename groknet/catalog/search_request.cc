#include "groknet/catalog/search_request.h"

#include <utility>

#include "base/text.h"
#include "groknet/index/tag_lines.h"

namespace rv::catalog {
namespace {

OptionSpec<SearchRequest> WithRange(OptionSpec<SearchRequest> spec, OptionRange range) {
  spec.range = range;
  return spec;
}

OptionSpec<SearchRequest> Filter() {
  return {
      .name = "filter",
      .value_name = "TEXT",
      .help = "Only products with ATTRIBUTE=VALUE; again for more, values of one attribute are alternatives",
      .repeatable = true,
      .get =
          [](const SearchRequest& request) {
            std::string list;
            for (const std::string& filter : request.filters) list += (list.empty() ? "" : ",") + filter;
            return list;
          },
      .set = [](SearchRequest& request, const std::string& text) -> Status {
        request.filters.push_back(text);
        return {};
      }};
}

OptionTable<SearchRequest> MakeSearchTable() {
  using Row = OptionRow<SearchRequest>;
  return {
      WithRange(Row::Number("k", "UINT", "Products to list (10)",
                            [](auto& request) -> auto& { return request.search.k; }),
                {.low = 1, .high = 10'000}),
      Filter(),
      Row::Switch("exact", "Only what counts as the same product",
                  [](auto& request) -> auto& { return request.search.exact_only; }),
      WithRange(Row::Number("candidates", "UINT", "Pictures ranked by cosine for each view (400)",
                            [](auto& request) -> auto& { return request.search.candidates; }),
                {.low = 1, .high = 10'000'000}),
      Row::Switch("sweep", "All pictures show one item: one query",
                  [](auto& request) -> auto& { return request.one_item; }),
      Row::Switch("best-view", "Score a sweep by its best view, not the mean of its best three",
                  [](auto& request) -> auto& { return request.best_view; }),
  };
}

}  // namespace

const OptionTable<SearchRequest>& SearchRequestTable() {
  static const OptionTable<SearchRequest> table = MakeSearchTable();
  return table;
}

Result<SearchOptions> SearchRequest::Options() const {
  SearchOptions options = search;
  options.fusion = best_view ? SweepFusion::kMax : SweepFusion::kMeanOfTop;
  for (const std::string& text : filters) {
    const std::size_t at = text.find('=');
    if (at == 0 || at == std::string::npos || at + 1 == text.size())
      return Fail(ErrorCode::kInvalidArgument, Text("--filter '", text, "' is not ATTRIBUTE=VALUE"),
                  "write --filter base_colour=Red");
    options.filters.push_back({text.substr(0, at), text.substr(at + 1)});
  }
  return options;
}

void AddView(IndexEntry entry, bool one_item, std::vector<Query>& queries) {
  const std::string name = WithoutView(entry.path);
  const bool one_more = !queries.empty() && (one_item || queries.back().name == name);
  if (!one_more) queries.push_back({.name = name, .views = {}});
  queries.back().views.push_back(std::move(entry.embedding));
}

}  // namespace rv::catalog
