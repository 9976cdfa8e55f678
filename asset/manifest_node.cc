#include "asset/manifest_node.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"

namespace rv::asset {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 32;
constexpr char kRemedy[] = "copy or convert the file again";

struct ParseProblem {
  std::string what;
};

// Keeps the keys of every object that is open, to find one that repeats.
class ParseGuard {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > kDeepest) throw ParseProblem{"is nested too deeply"};
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key &&
        !open_.back().insert(parsed.get_ref<const std::string&>()).second)
      throw ParseProblem{"has the key '" + parsed.get<std::string>() + "' twice in one object"};
    return true;
  }

 private:
  std::vector<std::set<std::string>> open_;
};

std::string Range(double low, double high) {
  std::string text = "is not a number";
  if (low > std::numeric_limits<double>::lowest()) text += Text(" >= ", Fixed(low, 6));
  if (high < std::numeric_limits<double>::max()) text += Text(" <= ", Fixed(high, 6));
  return text;
}

// The value when it is an integer within the bounds.
std::optional<std::int64_t> IntegerIn(const Json& value, std::int64_t low, std::int64_t high) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    return std::nullopt;
  const auto number = value.get<std::int64_t>();
  return number >= low && number <= high ? std::optional(number) : std::nullopt;
}

}  // namespace

JsonDocument::JsonDocument(std::unique_ptr<Json> root) : root_(std::move(root)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::Parse(std::string_view text) {
  std::string problem;
  try {
    ParseGuard guard;
    auto root = std::make_unique<Json>(Json::parse(text.begin(), text.end(), std::ref(guard)));
    if (root->is_object()) return JsonDocument(std::move(root));
    problem = "is not an object";
  } catch (const ParseProblem& found) {
    problem = found.what;
  } catch (const Json::exception& found) {
    problem = Text("is no valid JSON: ", found.what());
  }
  return Fail(ErrorCode::kCorrupt, "manifest.json " + problem, kRemedy);
}

JsonNode::JsonNode(const Json& value, std::string path, std::optional<Error>& problem)
    : value_(&value), path_(std::move(path)), problem_(&problem) {
  if (!value_->is_object()) Refuse("", "is not an object");
}

std::string JsonNode::PathOf(std::string_view key) const {
  if (key.empty()) return path_;
  return path_.empty() ? std::string(key) : rv::Text(path_, ".", key);
}

void JsonNode::RefuseAs(ErrorCode code, std::string_view key, const std::string& why) const {
  if (!ok()) return;
  *problem_ = Error{.code = code, .message = "manifest.json: " + PathOf(key) + " " + why, .remedy = kRemedy};
}

void JsonNode::Refuse(std::string_view key, const std::string& why) const {
  RefuseAs(ErrorCode::kCorrupt, key, why);
}

const Json* JsonNode::Find(std::string_view key) const {
  if (!ok() || !value_->is_object()) return nullptr;
  const auto found = value_->find(std::string(key));
  if (found != value_->end()) return &*found;
  Refuse(key, "is missing");
  return nullptr;
}

bool JsonNode::Has(std::string_view key) const {
  if (!ok() || !value_->is_object()) return false;
  const auto found = value_->find(std::string(key));
  return found != value_->end() && !found->is_null();
}

JsonNode JsonNode::Object(std::string_view key) const {
  static const Json kEmpty = Json::object();
  const Json* found = Find(key);
  return {found != nullptr ? *found : kEmpty, PathOf(key), *problem_};
}

double JsonNode::Number(std::string_view key, double low, double high) const {
  const Json* found = Find(key);
  if (found == nullptr) return 0;
  const double number = found->is_number() ? found->get<double>() : std::nan("");
  if (number >= low && number <= high) return number;
  Refuse(key, Range(low, high));
  return 0;
}

std::int64_t JsonNode::Integer(std::string_view key, std::int64_t low, std::int64_t high) const {
  const Json* found = Find(key);
  if (found == nullptr) return 0;
  if (const auto number = IntegerIn(*found, low, high)) return *number;
  Refuse(key, rv::Text("is not an integer from ", low, " to ", high));
  return 0;
}

bool JsonNode::Flag(std::string_view key) const {
  const Json* found = Find(key);
  if (found == nullptr) return false;
  if (found->is_boolean()) return found->get<bool>();
  Refuse(key, "is neither true nor false");
  return false;
}

std::string JsonNode::Text(std::string_view key) const {
  const Json* found = Find(key);
  if (found == nullptr) return {};
  if (found->is_string()) return found->get<std::string>();
  Refuse(key, "is not a text");
  return {};
}

std::vector<std::string> JsonNode::Texts(std::string_view key) const {
  const Json* found = Find(key);
  if (found == nullptr) return {};
  if (!found->is_array()) Refuse(key, "is not an array");
  std::vector<std::string> texts;
  for (std::size_t i = 0; ok() && i < found->size(); ++i) {
    const Json& element = (*found)[i];
    if (element.is_string())
      texts.push_back(element.get<std::string>());
    else
      Refuse(key, "holds something that is not a text");
  }
  return texts;
}

std::map<std::string, std::string> JsonNode::TextMap(std::string_view key) const {
  const Json* found = Find(key);
  if (found == nullptr) return {};
  if (!found->is_object()) Refuse(key, "is not an object");
  std::map<std::string, std::string> map;
  for (auto it = found->begin(); ok() && it != found->end(); ++it) {
    if (it->is_string())
      map[it.key()] = it->get<std::string>();
    else
      Refuse(key, "holds something that is not a text");
  }
  return map;
}

std::vector<double> JsonNode::Numbers(std::string_view key, std::size_t count) const {
  std::vector<double> numbers(count, 0.0);
  const Json* found = Find(key);
  if (found == nullptr) return numbers;
  bool good = found->is_array() && found->size() == count;
  for (std::size_t i = 0; good && i < count; ++i) {
    good = (*found)[i].is_number();
    if (good) numbers[i] = (*found)[i].get<double>();
  }
  if (!good) Refuse(key, rv::Text("is not an array of ", count, " numbers"));
  return numbers;
}

void JsonNode::Each(std::string_view key,
                    std::size_t max,
                    const std::function<void(const JsonNode&, std::size_t)>& take) const {
  const Json* found = Find(key);
  if (found == nullptr) return;
  if (!found->is_array()) Refuse(key, "is not an array");
  if (ok() && found->size() > max)
    RefuseAs(ErrorCode::kInvalidArgument, key,
             rv::Text("has ", found->size(), " elements; at most ", max, " are read"));
  for (std::size_t i = 0; ok() && i < found->size(); ++i)
    take(JsonNode((*found)[i], rv::Text(PathOf(key), "[", i, "]"), *problem_), i);
}

}  // namespace rv::asset
