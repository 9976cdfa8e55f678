// The bench's rows as one table for people, for a README, or as JSON.
#pragma once

#include <string>
#include <vector>

#include "bench/bench_row.h"

namespace rv {

enum class TableStyle { kText, kMarkdown };

// One line a row, columns aligned; then the spin measures, where there are any, and notes: what was cached
// and which times were taken on a busy machine.
std::string FormatTable(const std::vector<BenchRow>& rows, TableStyle style);

// {"rows": [{...}, ...]}: each field of BenchRow by its name, absent where there is no value.
std::string RowsJson(const std::vector<BenchRow>& rows);

}  // namespace rv
