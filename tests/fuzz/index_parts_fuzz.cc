// Parses arbitrary bytes as the parts of an index that digests guard in a file: records, dictionaries, lists
// of rows, and JSON lines. What is read must be written back to the same bytes. The first byte chooses the
// part.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "groknet/index/postings.h"
#include "groknet/index/tag_lines.h"
#include "groknet/index/text_terms.h"

namespace {

using rv::ByteWriter;

void Same(std::span<const std::uint8_t> read, const std::vector<std::uint8_t>& written) {
  if (!std::ranges::equal(read, written)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> bytes(data + 1, size - 1);
  ByteWriter out;
  switch (data[0] % 4) {
    case 0:
      if (const auto entry = rv::index::DecodeRecord(bytes)) Same(bytes, rv::index::EncodeRecord(*entry));
      break;
    case 1:
      if (const auto terms = rv::index::DecodeTerms(bytes, 1 << 20)) {
        rv::index::EncodeTerms(*terms, out);
        Same(bytes, out.bytes());
      }
      break;
    case 2:
      // Varints have longer spellings of one number: the rows must agree, not the bytes.
      for (std::uint32_t count = 0; count < 8; ++count) {
        const auto postings = rv::index::DecodePostings(bytes, count, 1 << 20);
        if (!postings) continue;
        ByteWriter again;
        rv::index::EncodePostings(*postings, again);
        if (rv::index::DecodePostings(again.bytes(), count, 1 << 20).value() != *postings) std::abort();
      }
      break;
    default: {
      const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      (void)rv::ParseTagLine(text);
      for (const std::string& term : rv::TextTerms(text))
        if (term.empty()) std::abort();
    }
  }
  return 0;
}
