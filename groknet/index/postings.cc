#include "groknet/index/postings.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "groknet/index/text_terms.h"

namespace rv::index {

std::map<std::string, std::uint32_t> TextWeights(const IndexEntry& entry) {
  std::map<std::string, std::uint32_t> weights;
  const auto add = [&](std::string_view text, std::uint32_t weight) {
    for (const std::string& term : TextTerms(text)) weights["t" + term] += weight;
  };
  add(entry.title, kWordWeight);
  for (const std::string& tag : entry.tags) add(tag, kWordWeight);
  for (const IndexAttribute& attribute : entry.attributes) {
    const auto weight = static_cast<std::uint32_t>(std::lround(kWordWeight * attribute.probability));
    if (weight > 0) add(attribute.value, weight);
  }
  for (auto& [term, weight] : weights) weight = std::min(weight, std::uint32_t{255});
  return weights;
}

std::string FilterTerm(std::string_view name, std::string_view value) {
  std::string term = "a";
  term.append(name).append("\x1f").append(value);
  return term;
}

std::vector<std::string> FilterTerms(const IndexEntry& entry) {
  std::map<std::string_view, double> best;
  for (const IndexAttribute& attribute : entry.attributes) {
    double& top = best.emplace(attribute.name, 0).first->second;
    top = std::max(top, attribute.probability);
  }
  std::set<std::string> terms;
  for (const IndexAttribute& attribute : entry.attributes) {
    if (attribute.probability >= std::min(kFilterProbability, best[attribute.name]))
      terms.insert(FilterTerm(attribute.name, attribute.value));
  }
  return {terms.begin(), terms.end()};
}

void EncodePostings(const std::vector<Posting>& postings, ByteWriter& out) {
  std::uint32_t next = 0;  // one above the row before
  for (const Posting& posting : postings) {
    out.Varint(posting.row + 1 - next);
    out.Number(posting.weight);
    next = posting.row + 1;
  }
}

Result<std::vector<Posting>> DecodePostings(std::span<const std::uint8_t> bytes,
                                            std::uint32_t count,
                                            std::uint64_t rows) {
  const auto corrupt = [] { return Fail(ErrorCode::kCorrupt, "a list of rows in the index does not read"); };
  if (count > bytes.size() / 2) return corrupt();
  std::vector<Posting> postings(count);
  ByteReader in(bytes);
  std::uint64_t next = 0;
  for (Posting& posting : postings) {
    const std::uint32_t step = in.Varint();
    posting.weight = in.Number<std::uint8_t>();
    next += step;
    if (!in.ok() || step == 0 || next > rows) return corrupt();
    posting.row = static_cast<std::uint32_t>(next - 1);
  }
  if (!in.AtEnd()) return corrupt();
  return postings;
}

void EncodeTerms(const TermTable& terms, ByteWriter& out) {
  out.Number(static_cast<std::uint64_t>(terms.size()));
  for (const Term& term : terms) {
    out.Text(term.text);
    out.Number(term.count);
    out.Number(term.offset);
    out.Number(term.bytes);
    out.Number(term.digest);
  }
}

Result<TermTable> DecodeTerms(std::span<const std::uint8_t> bytes, std::uint64_t posting_bytes) {
  constexpr std::size_t kLeastTermBytes = 28;
  const auto corrupt = [] { return Fail(ErrorCode::kCorrupt, "the dictionary of the index does not read"); };
  ByteReader in(bytes);
  const auto count = in.Number<std::uint64_t>();
  if (count > bytes.size() / kLeastTermBytes) return corrupt();
  TermTable terms(static_cast<std::size_t>(count));
  const std::string* before = nullptr;
  for (Term& term : terms) {
    term.text = in.Text();
    term.count = in.Number<std::uint32_t>();
    term.offset = in.Number<std::uint64_t>();
    term.bytes = in.Number<std::uint32_t>();
    term.digest = in.Number<std::uint64_t>();
    if (!in.ok() || term.offset > posting_bytes || term.bytes > posting_bytes - term.offset) return corrupt();
    if (before != nullptr && *before >= term.text) return corrupt();
    before = &term.text;
  }
  if (!in.AtEnd()) return corrupt();
  return terms;
}

const Term* FindTerm(const TermTable& terms, std::string_view text) {
  const auto at = std::ranges::lower_bound(terms, text, {}, &Term::text);
  return at != terms.end() && at->text == text ? &*at : nullptr;
}

}  // namespace rv::index
