#include "groknet/index/index_entry.h"

#include <algorithm>
#include <cmath>

#include "base/byte_io.h"
#include "base/text.h"
#include "groknet/index/half.h"

namespace rv::index {
namespace {

constexpr std::size_t kMaxId = 512;
constexpr std::size_t kMaxPath = 4096;
constexpr std::size_t kMaxTitle = 1024;
constexpr std::size_t kMaxTags = 256;
constexpr std::size_t kMaxAttributes = 1024;
constexpr std::size_t kMaxWord = 256;

// Empty when all is within bounds.
std::string BoundBroken(const IndexEntry& entry) {
  if (entry.id.empty() || entry.id.size() > kMaxId) return "its id must have 1 to 512 bytes";
  if (entry.path.size() > kMaxPath) return "its path has more than 4096 bytes";
  if (entry.title.size() > kMaxTitle) return "its title has more than 1024 bytes";
  if (entry.tags.size() > kMaxTags) return "it has more than 256 tags";
  if (entry.attributes.size() > kMaxAttributes) return "it has more than 1024 attribute values";
  for (const std::string& tag : entry.tags)
    if (tag.size() > kMaxWord) return "a tag has more than 256 bytes";
  for (const IndexAttribute& attribute : entry.attributes) {
    if (attribute.name.empty() || attribute.name.size() > kMaxWord || attribute.value.size() > kMaxWord)
      return "the names and values of attributes must have 1 to 256 bytes";
    if (!(attribute.probability >= 0 && attribute.probability <= 1))
      return Text("the probability of ", attribute.name, " is not within 0..1");
  }
  return {};
}

}  // namespace

Result<std::vector<float>> UnitEmbedding(std::vector<float> values, const std::string& whose) {
  if (values.size() != kScanBits)
    return Fail(ErrorCode::kInvalidArgument,
                Text("the embedding of ", whose, " has ", values.size(), " numbers, not 256"),
                "use embeddings of rotaview tag");
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  if (!std::isfinite(squares) || squares < 1e-12)
    return Fail(ErrorCode::kInvalidArgument, Text("the embedding of ", whose, " is zero or not finite"),
                "use embeddings of rotaview tag");
  const double scale = 1 / std::sqrt(squares);
  for (float& value : values) value = static_cast<float>(value * scale);
  return values;
}

Result<StoredEntry> PrepareEntry(IndexEntry entry) {
  if (const std::string broken = BoundBroken(entry); !broken.empty())
    return Fail(ErrorCode::kInvalidArgument, Text("entry '", entry.id.substr(0, 80), "': ", broken));
  Result<std::vector<float>> unit = UnitEmbedding(std::move(entry.embedding), Text("'", entry.id, "'"));
  if (!unit) return Forward(unit);
  StoredEntry stored{.entry = std::move(entry), .code = CodeOf(*unit), .halves = {}};
  stored.entry.embedding.clear();
  stored.halves.resize(unit->size());
  EncodeHalf(*unit, stored.halves);
  return stored;
}

std::vector<std::uint8_t> EncodeRecord(const IndexEntry& entry) {
  ByteWriter out;
  out.Text(entry.id);
  out.Text(entry.path);
  out.Text(entry.title);
  out.Number(static_cast<std::uint32_t>(entry.tags.size()));
  for (const std::string& tag : entry.tags) out.Text(tag);
  out.Number(static_cast<std::uint32_t>(entry.attributes.size()));
  for (const IndexAttribute& attribute : entry.attributes) {
    out.Text(attribute.name);
    out.Text(attribute.value);
    out.Number(std::bit_cast<std::uint32_t>(static_cast<float>(attribute.probability)));
  }
  return out.Take();
}

Result<IndexEntry> DecodeRecord(std::span<const std::uint8_t> bytes) {
  ByteReader in(bytes);
  IndexEntry entry;
  entry.id = in.Text();
  entry.path = in.Text();
  entry.title = in.Text();
  const auto tags = in.Number<std::uint32_t>();
  for (std::uint32_t i = 0; i < tags && in.ok(); ++i) entry.tags.emplace_back(in.Text());
  const auto attributes = in.Number<std::uint32_t>();
  for (std::uint32_t i = 0; i < attributes && in.ok(); ++i) {
    IndexAttribute& attribute = entry.attributes.emplace_back();
    attribute.name = in.Text();
    attribute.value = in.Text();
    attribute.probability = std::bit_cast<float>(in.Number<std::uint32_t>());
  }
  if (!in.AtEnd() || !BoundBroken(entry).empty())
    return Fail(ErrorCode::kCorrupt, "a record of the index does not read");
  return entry;
}

std::uint64_t ProductKey(std::string_view id) {
  return ShortDigest(std::span(reinterpret_cast<const std::uint8_t*>(id.data()), id.size()));
}

}  // namespace rv::index
