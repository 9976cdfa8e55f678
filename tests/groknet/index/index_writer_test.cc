#include "groknet/index/index_writer.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/groknet/index/made_up_products.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using testing::BuildIndex;
using testing::Check;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MadeUpEntry;
using testing::RandomDirection;
using testing::Value;

class IndexWriterTest : public ::testing::Test {
 protected:
  fs::path folder() const { return temp_.path() / "index"; }
  IndexWriter Writer() const { return Value(IndexWriter::Open(folder())); }
  ProductIndex Index() const { return Value(ProductIndex::Open(folder())); }
  std::string Nearest(std::uint32_t seed) const {
    const auto found = Value(Index().Search({{RandomDirection(seed)}}, {.k = 1}));
    return found.empty() ? "" : found[0].entry.id;
  }
  std::vector<std::string> FilesWith(const std::string& end) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder()))
      if (entry.path().filename().string().ends_with(end)) names.push_back(entry.path().filename());
    return names;
  }

  testing::TempFolder temp_;
};

TEST_F(IndexWriterTest, NothingIsVisibleBeforeTheSave) {
  BuildIndex(folder(), 3, 3);
  {
    IndexWriter writer = Writer();
    Check(writer.Add(MadeUpEntry(10)));
    Value(writer.Delete("item1"));
    EXPECT_EQ(Index().Stats().pictures, 3u);
  }
  EXPECT_EQ(Index().Stats().pictures, 3u);
  EXPECT_EQ(Nearest(1), "item1");
}

TEST_F(IndexWriterTest, AnOpenIndexKeepsWhatItOpened) {
  BuildIndex(folder(), 20, 20);
  const ProductIndex before = Index();
  IndexWriter writer = Writer();
  Value(writer.Delete("item1"));
  Check(writer.Compact());  // its files go
  Check(writer.Commit());
  EXPECT_EQ(Value(before.Search({{RandomDirection(1)}}))[0].entry.id, "item1");
  Check(before.Verify());
  EXPECT_EQ(Index().Stats().pictures, 19u);
}

TEST_F(IndexWriterTest, DeletesAndCountsThem) {
  BuildIndex(folder(), 30, 7);
  IndexWriter writer = Writer();
  EXPECT_EQ(Value(writer.Delete("item12")), 1u);
  EXPECT_EQ(Value(writer.Delete("item12")), 0u);
  EXPECT_EQ(Value(writer.Delete("nothing")), 0u);
  Check(writer.Commit());
  EXPECT_EQ(Index().Stats().pictures, 29u);
  EXPECT_EQ(Index().Stats().deleted, 1u);
  EXPECT_NE(Nearest(12), "item12");
  EXPECT_THAT(Value(Index().SearchText("tag12")), IsEmpty());
  EXPECT_EQ(Value(Index().Attributes())["base_colour"]["Red"], 7u);
  Check(writer.Compact());
  Check(writer.Commit());
  EXPECT_EQ(Index().Stats().deleted, 0u);
  EXPECT_THAT(FilesWith(".del"), IsEmpty());
}

TEST_F(IndexWriterTest, AddingAgainReplacesThePictureOrTheProduct) {
  BuildIndex(folder(), 3, 3);
  IndexWriter writer = Writer();
  IndexEntry again = MadeUpEntry(1);
  again.embedding = RandomDirection(101);
  Check(writer.Add(again));  // same id and path: replaced
  again.path = "back.jpg";
  again.embedding = RandomDirection(102);
  Check(writer.Add(again));  // a second picture
  Check(writer.Commit());
  EXPECT_EQ(Index().Stats().pictures, 4u);
  EXPECT_EQ(Index().Stats().products, 3u);
  EXPECT_EQ(Nearest(101), "item1");
  EXPECT_EQ(Nearest(102), "item1");

  again.path = "new1.jpg";
  Check(writer.Add(again, AddMode::kReplaceProduct));
  again.path = "new2.jpg";
  Check(writer.Add(again, AddMode::kReplaceProduct));
  Check(writer.Commit());
  EXPECT_EQ(Index().Stats().pictures, 4u);  // two others and the two new ones
  EXPECT_EQ(Value(Index().Search({{RandomDirection(102)}}))[0].entry.path, "new1.jpg");
}

TEST_F(IndexWriterTest, ManySmallSavesStayFewSegments) {
  IndexWriter writer = Writer();
  for (int i = 0; i < 200; ++i) {
    Check(writer.Add(MadeUpEntry(i)));
    Check(writer.Commit());
  }
  EXPECT_LE(Index().Stats().segments, 24u);
  EXPECT_EQ(FilesWith(".seg").size(), Index().Stats().segments);
  EXPECT_EQ(Index().Stats().pictures, 200u);
  for (std::uint32_t i = 0; i < 200; i += 17) EXPECT_EQ(Nearest(i), "item" + std::to_string(i));
  Check(Index().Verify());
}

TEST_F(IndexWriterTest, OneWriterAtATime) {
  BuildIndex(folder(), 3, 3);
  const IndexWriter first = Writer();
  const auto second = IndexWriter::Open(folder());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(second.error().message, HasSubstr("another writer"));
}

TEST_F(IndexWriterTest, OtherModelsAreRefused) {
  {
    Check(Value(IndexWriter::Open(folder(), {.name = "a 1", .exact_cosine = 0.7, .similar_cosine = 0.4}))
              .Commit());
  }
  EXPECT_EQ(Index().Stats().model, "a 1");
  EXPECT_EQ(Index().Stats().exact_cosine, 0.7);
  { EXPECT_TRUE(IndexWriter::Open(folder(), {.name = "a 1"})); }
  { EXPECT_TRUE(IndexWriter::Open(folder())); }
  const auto other = IndexWriter::Open(folder(), {.name = "b 1"});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(IndexWriterTest, RefusesBadEntriesAndGoesOn) {
  IndexWriter writer = Writer();
  IndexEntry bad = MadeUpEntry(1);
  bad.id.clear();
  EXPECT_FALSE(writer.Add(bad));
  bad = MadeUpEntry(1);
  bad.embedding.pop_back();
  EXPECT_FALSE(writer.Add(bad));
  bad = MadeUpEntry(1);
  bad.embedding[3] = NAN;
  EXPECT_FALSE(writer.Add(bad));
  bad = MadeUpEntry(1);
  bad.attributes[0].probability = 1.5;
  EXPECT_FALSE(writer.Add(bad));
  Check(writer.Add(MadeUpEntry(2)));
  Check(writer.Commit());
  EXPECT_EQ(Index().Stats().pictures, 1u);
}

TEST_F(IndexWriterTest, LeavesOtherFoldersAlone) {
  fs::create_directory(folder());
  std::ofstream(folder() / "holiday.jpg") << "x";
  const auto writer = IndexWriter::Open(folder());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder()), fs::directory_iterator()), 1);
  EXPECT_EQ(IndexWriter::Open(folder() / "holiday.jpg").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ProductIndex::Open(temp_.path() / "none").error().code, ErrorCode::kNotFound);
}

// A child is killed at a random moment of adding and saving, again and again; what it leaves must be one of
// its saves.
TEST_F(IndexWriterTest, AKilledWriterLeavesASave) {
  BuildIndex(folder(), 10, 10);
  for (int round = 0; round < 25; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int i = 0;; ++i) {
        IndexWriter writer = Writer();
        Value(writer.Delete("item3"));
        Check(writer.Add(MadeUpEntry(3)));
        Check(writer.Add(MadeUpEntry(1000 + i % 40)));
        Check(writer.Commit());
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + 3 * round));
    ::kill(child, SIGKILL);
    int how = 0;
    ::waitpid(child, &how, 0);
    ASSERT_TRUE(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL) << "it failed before";
    const ProductIndex index = Index();
    Check(index.Verify());
    EXPECT_GE(index.Stats().pictures, 10u);
    EXPECT_EQ(Nearest(3), "item3");
  }
  { Check(Writer().Commit()); }  // clears the leftovers
  EXPECT_THAT(FilesWith(".partial"), IsEmpty());
  EXPECT_EQ(FilesWith(".seg").size(), Index().Stats().segments);
}

TEST_F(IndexWriterTest, ReadersGoOnWhileAWriterSaves) {
  BuildIndex(folder(), 50, 50);
  std::atomic<bool> done = false;
  std::atomic<int> failures = 0;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      while (!done) {
        const auto index = ProductIndex::Open(folder());
        if (!index || !index->Verify() ||
            index->Search({{RandomDirection(7)}}).value()[0].entry.id != "item7")
          ++failures;
        ++reads;
      }
    });
  }
  {
    IndexWriter writer = Writer();
    for (int i = 0; i < 100; ++i) {
      Value(writer.Delete("item" + std::to_string(8 + i % 40)));
      Check(writer.Add(MadeUpEntry(100 + i)));
      if (i % 10 == 0) Check(writer.Compact());
      Check(writer.Commit());
    }
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(failures, 0);
  EXPECT_GT(reads, 2);
}

}  // namespace
}  // namespace rv
