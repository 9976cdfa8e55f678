// A check of JSON against the part of JSON Schema (2020-12) that docs/rview.schema.json uses, without
// patterns.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace rv::testing {

struct SchemaReport {
  std::vector<std::string> problems;  // "/views/0/image: 'file' is missing"
  std::vector<std::string> unknown;   // fields that the schema does not describe
  std::set<std::string> used;         // schema paths of the properties that were met
};

SchemaReport CheckSchema(const nlohmann::json& schema, const nlohmann::json& value);

// The schema paths of all properties it describes.
std::set<std::string> SchemaProperties(const nlohmann::json& schema);

}  // namespace rv::testing
