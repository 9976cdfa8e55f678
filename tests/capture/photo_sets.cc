#include "tests/capture/photo_sets.h"

#include <gtest/gtest.h>

#include "tests/capture/media.h"

namespace rv::testing {

std::vector<std::string> Names(const Sweep& sweep) {
  std::vector<std::string> out;
  for (const SweepFrame& frame : sweep.frames) out.push_back(frame.name);
  return out;
}

std::map<std::string, InputState> Rejected(const Sweep& sweep) {
  std::map<std::string, InputState> out;
  for (const InputRecord& record : sweep.rejected) EXPECT_TRUE(out.emplace(record.name, record.state).second);
  return out;
}

std::vector<std::uint8_t> Jpeg(int seed) { return EncodeJpeg(Scenery(160, 120, seed), 92).bytes; }

}  // namespace rv::testing
