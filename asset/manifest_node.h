// Reading a JSON value field by field: the first thing that is wrong is kept, with its path, and what follows
// reads as zero, so that callers need to look once, at the end. Used by the manifest parser alone.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rv::asset {

// A parsed document. Refuses, as kCorrupt: anything that is not one JSON object in UTF-8, numbers beyond a
// double, nesting deeper than 32, and an object with the same key twice (readers would differ in which they
// take).
class JsonDocument {
 public:
  static Result<JsonDocument> Parse(std::string_view text);
  JsonDocument(JsonDocument&&) noexcept;
  ~JsonDocument();
  const nlohmann::json& root() const { return *root_; }

 private:
  explicit JsonDocument(std::unique_ptr<nlohmann::json> root);
  std::unique_ptr<nlohmann::json> root_;
};

// Bounds of numbers of which the manifest bounds nothing else.
inline constexpr int kMaxInt = std::numeric_limits<int>::max();
inline constexpr std::int64_t kMaxInt64 = std::numeric_limits<std::int64_t>::max();

// A view of one object or element; lives no longer than its document and `problem`.
class JsonNode {
 public:
  JsonNode(const nlohmann::json& value, std::string path, std::optional<Error>& problem);

  bool ok() const { return !problem_->has_value(); }
  // Records the first problem, at `key` of this node ("" for the node itself).
  void Refuse(std::string_view key, const std::string& why) const;
  void RefuseAs(ErrorCode code, std::string_view key, const std::string& why) const;

  // There and not null.
  bool Has(std::string_view key) const;
  JsonNode Object(std::string_view key) const;
  double Number(std::string_view key,
                double low = std::numeric_limits<double>::lowest(),
                double high = std::numeric_limits<double>::max()) const;
  std::int64_t Integer(std::string_view key, std::int64_t low, std::int64_t high) const;
  int Int(std::string_view key, int low, int high) const { return static_cast<int>(Integer(key, low, high)); }
  bool Flag(std::string_view key) const;
  std::string Text(std::string_view key) const;
  std::vector<std::string> Texts(std::string_view key) const;
  std::map<std::string, std::string> TextMap(std::string_view key) const;
  // An array of exactly `count` finite numbers.
  std::vector<double> Numbers(std::string_view key, std::size_t count) const;
  // Calls take(element, index) for each object of an array. More than `max` elements are kInvalidArgument.
  void Each(std::string_view key,
            std::size_t max,
            const std::function<void(const JsonNode&, std::size_t)>& take) const;

 private:
  const nlohmann::json* Find(std::string_view key) const;
  std::string PathOf(std::string_view key) const;

  const nlohmann::json* value_;
  std::string path_;
  std::optional<Error>* problem_;
};

}  // namespace rv::asset
