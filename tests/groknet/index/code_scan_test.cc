#include "groknet/index/code_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>

namespace rv {
namespace {

// The definition, one bit at a time.
int SlowDistance(const std::uint8_t* a, const Code& b) {
  int distance = 0;
  for (std::size_t i = 0; i < kCodeBytes; ++i)
    for (int bit = 0; bit < 8; ++bit) distance += ((a[i] ^ b[i]) >> bit) & 1;
  return distance;
}

std::vector<std::uint8_t> RandomCodes(std::size_t rows, std::mt19937& random) {
  std::vector<std::uint8_t> codes(rows * kCodeBytes);
  for (std::uint8_t& byte : codes) byte = static_cast<std::uint8_t>(random());
  return codes;
}

Code RandomCode(std::mt19937& random) {
  Code code{};
  for (std::uint8_t& byte : code) byte = static_cast<std::uint8_t>(random());
  return code;
}

std::vector<CodeMatch> SlowScan(const std::vector<std::uint8_t>& codes,
                                const std::vector<std::uint64_t>& allowed,
                                const Code& query,
                                std::size_t k) {
  std::vector<CodeMatch> all;
  for (std::uint32_t row = 0; row < codes.size() / kCodeBytes; ++row) {
    if (!allowed.empty() && (allowed[row / 64] >> (row % 64) & 1) == 0) continue;
    all.push_back({row, static_cast<std::uint16_t>(SlowDistance(&codes[row * kCodeBytes], query))});
  }
  std::ranges::stable_sort(all, {}, &CodeMatch::distance);
  if (all.size() > k) all.resize(k);
  return all;
}

class CodeScanTest : public ::testing::TestWithParam<ScanKernel> {
 protected:
  void SetUp() override {
    if (!ScanKernelRuns(GetParam())) GTEST_SKIP() << "this processor has no " << ScanKernelName(GetParam());
  }
};

TEST_P(CodeScanTest, FindsWhatTheSlowScanFinds) {
  std::mt19937 random(7);
  for (const std::size_t rows : {0u, 1u, 3u, 63u, 64u, 65u, 127u, 1000u, 9000u}) {
    const std::vector<std::uint8_t> codes = RandomCodes(rows, random);
    const std::vector<Code> queries = {RandomCode(random), RandomCode(random), RandomCode(random)};
    std::vector<std::uint64_t> some(rows / 64 + 1);
    for (std::uint64_t& word : some) word = std::uint64_t{random()} << 32 | random();
    for (const std::size_t k : {0u, 1u, 10u, 200u, 10'000u}) {
      for (const auto& allowed :
           {std::vector<std::uint64_t>(), some, std::vector<std::uint64_t>(rows / 64 + 1)}) {
        CodeScan scan(queries, k, GetParam());
        scan.Add(codes, allowed, 0);
        const auto found = scan.Finish();
        ASSERT_EQ(found.size(), queries.size());
        for (std::size_t q = 0; q < queries.size(); ++q)
          ASSERT_EQ(found[q], SlowScan(codes, allowed, queries[q], k)) << rows << " rows, k = " << k;
      }
    }
  }
}

TEST_P(CodeScanTest, TiesGoToTheLowerRow) {
  std::mt19937 random(8);
  const std::vector<std::uint8_t> codes(5000 * kCodeBytes, 0x5a);  // all the same
  const Code query = RandomCode(random);
  CodeScan scan({&query, 1}, 7, GetParam());
  scan.Add(codes, {}, 0);
  const std::vector<CodeMatch> found = scan.Finish()[0];
  ASSERT_EQ(found.size(), 7u);
  for (std::uint32_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].row, i);
}

TEST_P(CodeScanTest, PiecesGiveWhatTheWholeGives) {
  std::mt19937 random(9);
  const std::vector<std::uint8_t> codes = RandomCodes(1000, random);
  const Code query = RandomCode(random);
  CodeScan scan({&query, 1}, 30, GetParam());
  const std::span<const std::uint8_t> all(codes);
  scan.Add(all.first(100 * kCodeBytes), {}, 0);
  scan.Add(all.subspan(100 * kCodeBytes, 7 * kCodeBytes), {}, 100);
  scan.Add(all.subspan(107 * kCodeBytes), {}, 107);
  EXPECT_EQ(scan.Finish()[0], SlowScan(codes, {}, query, 30));
}

// Distances from 256 down to 0: each row beats all before it, the worst case for the selection.
TEST_P(CodeScanTest, RowsThatComeEverNearer) {
  const Code query{};
  std::vector<std::uint8_t> codes(257 * kCodeBytes);
  for (std::size_t row = 0; row < 257; ++row)
    for (std::size_t bit = 0; bit < 256 - row; ++bit)
      codes[row * kCodeBytes + bit / 8] |= static_cast<std::uint8_t>(0x80 >> (bit % 8));
  CodeScan scan({&query, 1}, 5, GetParam());
  scan.Add(codes, {}, 0);
  const std::vector<CodeMatch> found = scan.Finish()[0];
  ASSERT_EQ(found.size(), 5u);
  for (std::uint16_t i = 0; i < 5; ++i) EXPECT_EQ(found[i], (CodeMatch{256u - i, i}));
}

INSTANTIATE_TEST_SUITE_P(
    Kernels,
    CodeScanTest,
    ::testing::Values(ScanKernel::kPlain, ScanKernel::kPopcnt, ScanKernel::kAvx2, ScanKernel::kAvx512),
    [](const auto& instance) { return std::string(ScanKernelName(instance.param)); });

TEST(CodeOf, PutsTheFirstSignIntoTheTopBit) {
  std::vector<float> values(kScanBits, -1);
  values[0] = 1;
  values[9] = 0;  // not negative
  const Code code = CodeOf(values);
  EXPECT_EQ(code[0], 0x80);
  EXPECT_EQ(code[1], 0x40);
  EXPECT_EQ(std::ranges::count(code, 0), 30);
}

}  // namespace
}  // namespace rv
