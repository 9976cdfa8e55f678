// Index entries from JSON lines as `rotaview tag --json` prints them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "groknet/index/index_entry.h"

namespace rv {

// One object: {"path": ..., "id": ..., "title": ..., "tags": ["..."], "vertical": ..., "embedding": [256
// numbers], "attributes": {"base_colour": "Red" | ["Red"] | [{"value": "Red", "p": 0.8}, ...]}, "applies":
// {"base_colour": 0.9}}. Every key may be missing; others are passed over. The id is the path's stem when
// there is none. Attributes that apply with less than 0.35 are left out where "applies" tells. The vertical
// becomes an attribute of that name. Fails with kInvalidArgument, naming the key, for what is no such object.
// "view": 12 makes the path "shoe.rview#12"; "colours": [{"term": "navy blue", "share": 0.6}] become tags
// from a share of 0.2 on.
Result<IndexEntry> ParseTagLine(std::string_view line);

// Calls take(entry) for each object of a file: one a line, or a single one on several lines. Empty lines are
// passed over, and so are lines with an "event" but no path; a failure names file and line. Lines of more
// than 1 MiB are refused.
Status ReadTagLines(const std::filesystem::path& file, const std::function<Status(IndexEntry)>& take);

// A photo's default id: "shoe" of "photos/shoe.jpg".
std::string IdOfPath(const std::filesystem::path& path);
// The picture of one view of a spin, "shoe.rview#12", and the spin's path again. Other paths stay as they
// are.
std::string PathOfView(const std::string& path, std::uint64_t view);
std::string WithoutView(const std::string& path);

}  // namespace rv
