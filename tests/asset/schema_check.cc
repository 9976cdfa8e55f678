#include "tests/asset/schema_check.h"

namespace rv::testing {
namespace {

using Json = nlohmann::json;

bool HasType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  return type == "number" && value.is_number();
}

class Checker {
 public:
  explicit Checker(const Json& schema) : root_(schema) {}

  void Check(const Json& rule, const Json& value, const std::string& at, const std::string& rule_path) {
    if (rule.contains("$ref")) {
      const std::string target = rule["$ref"].get<std::string>().substr(1);
      return Check(root_.at(Json::json_pointer(target)), value, at, target);
    }
    if (rule.contains("type") && !HasType(value, rule["type"]))
      return Say(at, "is no " + rule["type"].get<std::string>());
    if (rule.contains("const") && value != rule["const"]) Say(at, "is not " + rule["const"].dump());
    if (rule.contains("enum") && std::ranges::find(rule["enum"], value) == rule["enum"].end())
      Say(at, "is not listed");
    if (value.is_number()) CheckNumber(rule, value.get<double>(), at);
    if (value.is_array()) CheckArray(rule, value, at, rule_path);
    if (value.is_object()) CheckObject(rule, value, at, rule_path);
  }

  SchemaReport report;

 private:
  void Say(const std::string& at, const std::string& problem) {
    report.problems.push_back(at + ": " + problem);
  }

  void CheckNumber(const Json& rule, double value, const std::string& at) {
    if (rule.contains("minimum") && value < rule["minimum"].get<double>()) Say(at, "is too small");
    if (rule.contains("maximum") && value > rule["maximum"].get<double>()) Say(at, "is too large");
    if (rule.contains("exclusiveMinimum") && value <= rule["exclusiveMinimum"].get<double>())
      Say(at, "is too small");
  }

  void CheckArray(const Json& rule, const Json& value, const std::string& at, const std::string& rule_path) {
    if (rule.contains("minItems") && value.size() < rule["minItems"].get<std::size_t>())
      Say(at, "is too short");
    if (rule.contains("maxItems") && value.size() > rule["maxItems"].get<std::size_t>())
      Say(at, "is too long");
    for (std::size_t i = 0; i < value.size(); ++i)
      Check(rule.at("items"), value[i], at + "/" + std::to_string(i), rule_path + "/items");
  }

  void CheckObject(const Json& rule, const Json& value, const std::string& at, const std::string& rule_path) {
    for (const Json& key : rule.value("required", Json::array()))
      if (!value.contains(key.get<std::string>())) Say(at, key.dump() + " is missing");
    const Json properties = rule.value("properties", Json::object());
    for (const auto& [key, child] : value.items()) {
      const std::string child_path = rule_path + "/properties/" + key;
      if (properties.contains(key)) {
        report.used.insert(child_path);
        Check(properties[key], child, at + "/" + key, child_path);
      } else if (rule.contains("additionalProperties")) {
        Check(rule["additionalProperties"], child, at + "/" + key, rule_path + "/additionalProperties");
      } else {
        report.unknown.push_back(at + "/" + key);
      }
    }
  }

  const Json& root_;
};

void Collect(const Json& node, const std::string& path, std::set<std::string>& found) {
  if (!node.is_object()) return;
  for (const auto& [key, child] : node.items()) {
    if (key == "properties")
      for (const auto& [name, rule] : child.items()) {
        found.insert(path + "/properties/" + name);
        Collect(rule, path + "/properties/" + name, found);
      }
    else
      Collect(child, path + "/" + key, found);
  }
}

}  // namespace

SchemaReport CheckSchema(const Json& schema, const Json& value) {
  Checker checker(schema);
  checker.Check(schema, value, "", "");
  return std::move(checker.report);
}

std::set<std::string> SchemaProperties(const Json& schema) {
  std::set<std::string> found;
  Collect(schema, "", found);
  return found;
}

}  // namespace rv::testing
