// What is asked of the product index: its options, and pictures grouped to queries.
#pragma once

#include <string>
#include <vector>

#include "base/options.h"
#include "base/result.h"
#include "groknet/index/product_index.h"

namespace rv::catalog {

struct SearchRequest {
  // `filters` and `fusion` are made from what is below.
  SearchOptions search;
  // "ATTRIBUTE=VALUE" each.
  std::vector<std::string> filters;
  // All pictures show one item: one query.
  bool one_item = false;
  // Score a sweep by its best view instead of the mean of its best three.
  bool best_view = false;

  // The options of the search. Fails with kInvalidArgument for a filter that is not ATTRIBUTE=VALUE.
  Result<SearchOptions> Options() const;
};

const OptionTable<SearchRequest>& SearchRequestTable();

// One query: the views of an .rview or, where all pictures show one item, all of them; else each picture by itself.
struct Query {
  std::string name;
  std::vector<std::vector<float>> views;  // embeddings
};

// Adds a tagged picture to the last query where it belongs to the same item, else as a query of its own.
void AddView(IndexEntry entry, bool one_item, std::vector<Query>& queries);

}  // namespace rv::catalog
