#include "publish/stored_zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/publish/shops/zip_check.h"

namespace rv {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Zipped(const std::vector<publish::ZipFile>& files) {
  const auto bytes = publish::StoredZip(files);
  EXPECT_TRUE(bytes);
  return {bytes->begin(), bytes->end()};
}

TEST(StoredZip, EveryEntryIsAlignedAndComesBack) {
  std::vector<publish::ZipFile> files;
  for (std::size_t i = 0; i < 70; ++i)
    files.push_back(
        {"f/" + std::string(i + 1, 'n'), std::vector<std::uint8_t>(i * 3, static_cast<std::uint8_t>(i))});
  const testing::CheckedZip read = testing::CheckZip(Zipped(files));
  EXPECT_THAT(read.faults, IsEmpty());
  ASSERT_EQ(read.names.size(), files.size());
  for (const publish::ZipFile& file : files)
    EXPECT_EQ(read.files.at(file.name), std::string(file.bytes.begin(), file.bytes.end()));
}

TEST(StoredZip, KeepsTheOrderAndTheCheckerFindsDamage) {
  std::string bytes = Zipped({{"b.usda", {1, 2, 3}}, {"a.jpg", {4}}});
  EXPECT_THAT(testing::CheckZip(bytes).names, ElementsAre("b.usda", "a.jpg"));
  bytes[64] ^= 1;
  EXPECT_THAT(testing::CheckZip(bytes).faults, ElementsAre("b.usda: CRC differs"));
  bytes[64] ^= 1;
  bytes.insert(0, 1, 'x');
  EXPECT_FALSE(testing::CheckZip(bytes).faults.empty());
}

}  // namespace
}  // namespace rv
