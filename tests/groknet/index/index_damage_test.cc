// Every kind of damage to an index's files is a kCorrupt error, never a crash or a wrong answer.
#include <gtest/gtest.h>

#include <fstream>

#include "base/atomic_file.h"
#include "tests/groknet/index/made_up_products.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using testing::Check;
using testing::MadeUpEntry;
using testing::RandomDirection;
using testing::Value;

using Bytes = std::vector<std::uint8_t>;

class IndexDamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::BuildIndex(folder(), 3, 3);
    IndexWriter writer = Value(IndexWriter::Open(folder()));
    Value(writer.Delete("item1"));
    Check(writer.Commit());
  }
  fs::path folder() const { return temp_.path() / "index"; }
  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder()))
      if (entry.path().filename() != "writer.lock") files.push_back(entry.path());
    return files;
  }
  static void Write(const fs::path& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  // What reading everything gives: nullopt when all is well.
  std::optional<ErrorCode> Read() const {
    const auto index = ProductIndex::Open(folder());
    if (!index) return index.error().code;
    const Status sound = index->Verify();
    if (!sound) return sound.error().code;
    return std::nullopt;
  }
  // Searches may miss damage to what they do not read; they must then answer as ever.
  void ExpectSameAnswersOrCorrupt() const {
    const auto index = ProductIndex::Open(folder());
    if (!index) return;
    const auto found = index->Search({{RandomDirection(2)}}, {.filters = {{"article_type", "Shirts"}}});
    const auto text = index->SearchText("blue");
    if (found) {
      ASSERT_EQ(testing::Ids(*found), (std::vector<std::string>{"item2", "item0"}));
    } else {
      ASSERT_EQ(found.error().code, ErrorCode::kCorrupt);
    }
    if (text) {
      ASSERT_EQ(testing::Ids(*text), std::vector<std::string>{"item2"});
    } else {
      ASSERT_EQ(text.error().code, ErrorCode::kCorrupt);
    }
  }

  testing::TempFolder temp_;
};

TEST_F(IndexDamageTest, AnIndexHasAManifestSegmentsAndDeletedRows) {
  EXPECT_EQ(Files().size(), 3u);
  EXPECT_EQ(Read(), std::nullopt);
}

TEST_F(IndexDamageTest, EveryFlippedBitIsFound) {
  for (const fs::path& file : Files()) {
    const Bytes whole = Value(ReadFile(file, 1 << 20));
    for (std::size_t i = 0; i < whole.size(); ++i) {
      Bytes flipped = whole;
      flipped[i] ^= static_cast<std::uint8_t>(1u << (i % 8));
      Write(file, flipped);
      ASSERT_EQ(Read(), ErrorCode::kCorrupt) << file << ", byte " << i;
      if (i % 5 == 0) ExpectSameAnswersOrCorrupt();
    }
    Write(file, whole);
  }
  EXPECT_EQ(Read(), std::nullopt);
}

TEST_F(IndexDamageTest, EveryTruncationAndExtraBytesAreFound) {
  for (const fs::path& file : Files()) {
    const Bytes whole = Value(ReadFile(file, 1 << 20));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      Write(file, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
      ASSERT_EQ(Read(), ErrorCode::kCorrupt) << file << ", " << size << " bytes";
    }
    Bytes longer = whole;
    longer.push_back(0);
    Write(file, longer);
    EXPECT_EQ(Read(), ErrorCode::kCorrupt) << file;
    Write(file, whole);
  }
}

TEST_F(IndexDamageTest, MissingFilesAreFoundAndNothingElseIsRemoved) {
  for (const fs::path& file : Files()) {
    const Bytes whole = Value(ReadFile(file, 1 << 20));
    fs::remove(file);
    EXPECT_EQ(Read(), ErrorCode::kCorrupt) << file;
    const auto writer = IndexWriter::Open(folder());
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, ErrorCode::kCorrupt) << file;
    EXPECT_EQ(Files().size(), 2u) << "a writer that could not open the index must not clean it";
    Write(file, whole);
  }
}

// A whole, sound segment of another index in the place of ours.
TEST_F(IndexDamageTest, ASwappedSegmentIsFound) {
  testing::BuildIndex(temp_.path() / "other", 3, 3);
  IndexEntry entry = MadeUpEntry(9);
  {
    IndexWriter writer = Value(IndexWriter::Open(temp_.path() / "another"));
    for (const char* id : {"itemA", "itemB", "itemC"}) {
      entry.id = id;
      entry.path = "item1.jpg";
      Check(writer.Add(entry));
    }
    Check(writer.Commit());
  }
  fs::copy_file(temp_.path() / "another" / "00000001.seg", folder() / "00000001.seg",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(Read(), ErrorCode::kCorrupt);
}

// Cut short after it was opened: an error, not a signal.
TEST_F(IndexDamageTest, AFileCutShortUnderAReader) {
  const ProductIndex index = Value(ProductIndex::Open(folder()));
  fs::resize_file(folder() / "00000001.seg", 400);
  const auto found = index.Search({{RandomDirection(2)}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace rv
