// Words of titles and tags as search terms, so that "T-Shirts" finds "tshirt" and "women's gray sofas" "gray
// couch".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rv {

// The terms of a text in its order, repeats kept: runs of letters and digits (any byte above 0x7f counts as a
// letter; UTF-8 is kept as it is), in lower case (ASCII), without English plural endings, spelling variants
// and a few synonyms brought to one form, words such as "the" left out. A lone letter joins the next word: "t
// shirt", "V-neck" -> "tshirt", "vneck".
std::vector<std::string> TextTerms(std::string_view text);

// ASCII letters in lower case.
std::string LowerCase(std::string_view text);

}  // namespace rv
