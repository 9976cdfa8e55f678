#include "groknet/index/tag_lines.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.h"

namespace rv {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20;
constexpr double kApplicableEnough = 0.35;
constexpr double kColorShare = 0.2;

tl::unexpected<Error> Wrong(const std::string& key, const std::string& wanted) {
  return Fail(ErrorCode::kInvalidArgument, Text("'", key, "' must be ", wanted),
              "give lines as rotaview tag --json prints them");
}

Status ReadText(const Json& object, const char* key, std::string& text) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_string()) return Wrong(key, "a text");
  text = at->get<std::string>();
  return {};
}

Status AddValue(const std::string& name, const Json& value, std::vector<IndexAttribute>& attributes) {
  if (value.is_string()) {
    attributes.push_back({name, value.get<std::string>(), 1});
    return {};
  }
  if (!value.is_object() || !value.contains("value") || !value["value"].is_string())
    return Wrong("attributes." + name, "a text or a list of texts or of {\"value\", \"p\"}");
  const double p = value.contains("p") && value["p"].is_number() ? value["p"].get<double>() : 1;
  if (!(p >= -1e-6 && p <= 1 + 1e-6)) return Wrong("attributes." + name + ".p", "within 0..1");
  attributes.push_back({name, value["value"].get<std::string>(), std::clamp(p, 0.0, 1.0)});
  return {};
}

// Where the line tells how far an attribute applies, those that hardly do are passed over.
bool IsApplicable(const Json& object, const std::string& name) {
  const auto applies = object.find("applies");
  if (applies == object.end() || !applies->is_object()) return true;
  const auto share = applies->find(name);
  return share == applies->end() || !share->is_number() || share->get<double>() >= kApplicableEnough;
}

Status ReadAttributes(const Json& object, std::vector<IndexAttribute>& attributes) {
  const auto at = object.find("attributes");
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_object()) return Wrong("attributes", "an object");
  for (const auto& [name, values] : at->items()) {
    if (!IsApplicable(object, name)) continue;
    const Json list = values.is_array() ? values : Json::array({values});
    for (const Json& value : list)
      if (const Status added = AddValue(name, value, attributes); !added) return Forward(added);
  }
  return {};
}

Status ReadVertical(const Json& object, std::vector<IndexAttribute>& attributes) {
  std::string vertical;
  const Status read = ReadText(object, "vertical", vertical);
  if (!read || vertical.empty()) return read;
  attributes.push_back({"vertical", vertical, 1});
  return {};
}

Status ReadEmbedding(const Json& object, std::vector<float>& embedding) {
  const auto at = object.find("embedding");
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_array() || at->size() != kScanBits) return Wrong("embedding", "a list of 256 numbers");
  for (const Json& number : *at) {
    if (!number.is_number()) return Wrong("embedding", "a list of 256 numbers");
    embedding.push_back(number.get<float>());
  }
  return {};
}

Status ReadTags(const Json& object, std::vector<std::string>& tags) {
  const auto at = object.find("tags");
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_array()) return Wrong("tags", "a list of texts");
  for (const Json& tag : *at) {
    if (!tag.is_string()) return Wrong("tags", "a list of texts");
    tags.push_back(tag.get<std::string>());
  }
  return {};
}

// Colors measured on the item, as words to be found by.
Status ReadColors(const Json& object, std::vector<std::string>& tags) {
  const auto at = object.find("colours");
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_array()) return Wrong("colours", "a list of {\"term\", \"share\"}");
  for (const Json& color : *at) {
    if (!color.is_object() || !color.contains("term") || !color["term"].is_string())
      return Wrong("colours", "a list of {\"term\", \"share\"}");
    const bool small =
        color.contains("share") && color["share"].is_number() && color["share"].get<double>() < kColorShare;
    if (!small) tags.push_back(color["term"].get<std::string>());
  }
  return {};
}

// What a run of the program says beside its results: stages, or a photo that could not be read.
bool IsEvent(const std::string& line) {
  const Json object = Json::parse(line, nullptr, false);
  return object.is_object() && object.contains("event") && !object.contains("path");
}

// A view of a spin is a picture of its own: "shoe.rview#12".
Status ReadView(const Json& object, std::string& path) {
  const auto at = object.find("view");
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_number_unsigned()) return Wrong("view", "a number from 0");
  path = PathOfView(path, at->get<std::uint64_t>());
  return {};
}

}  // namespace

std::string IdOfPath(const fs::path& path) { return path.stem().string(); }

std::string PathOfView(const std::string& path, std::uint64_t view) { return Text(path, "#", view); }

std::string WithoutView(const std::string& path) {
  const std::size_t at = path.rfind(".rview#");
  if (at == std::string::npos) return path;
  const std::size_t end = at + std::string(".rview").size();
  const bool number = path.find_first_not_of("0123456789", end + 1) == std::string::npos;
  return number ? path.substr(0, end) : path;
}

Result<IndexEntry> ParseTagLine(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object())
    return Fail(ErrorCode::kInvalidArgument, "it is not a JSON object",
                "give lines as rotaview tag --json prints them");
  IndexEntry entry;
  for (const Status& status :
       {ReadText(object, "path", entry.path), ReadText(object, "id", entry.id),
        ReadText(object, "title", entry.title), ReadTags(object, entry.tags), ReadColors(object, entry.tags),
        ReadVertical(object, entry.attributes), ReadAttributes(object, entry.attributes),
        ReadEmbedding(object, entry.embedding)}) {
    if (!status) return Forward(status);
  }
  if (entry.id.empty()) entry.id = IdOfPath(entry.path);
  if (const Status read = ReadView(object, entry.path); !read) return Forward(read);
  return entry;
}

Status ReadTagLines(const fs::path& file, const std::function<Status(IndexEntry)>& take) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Fail(ErrorCode::kNotFound, Text("cannot open ", file), "check the path");
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    // A single object may be written over several lines.
    if (number == 1 && !Json::accept(line)) {
      std::ostringstream rest;
      rest << in.rdbuf();
      if (Json::accept(line + "\n" + rest.str())) line.append("\n").append(rest.str());
    }
    const auto at_line = [&](const Error& error) {
      return Fail(error.code, Text(file, ", line ", number, ": ", error.message), error.remedy);
    };
    if (line.size() > kMaxLineBytes)
      return at_line({ErrorCode::kInvalidArgument, "more than 1 MiB", "one object a line", {}});
    if (IsEvent(line)) continue;
    Result<IndexEntry> entry = ParseTagLine(line);
    if (!entry) return at_line(entry.error());
    if (const Status taken = take(std::move(*entry)); !taken) return at_line(taken.error());
  }
  if (in.bad()) return Fail(ErrorCode::kDevice, Text("cannot read ", file));
  return {};
}

}  // namespace rv
