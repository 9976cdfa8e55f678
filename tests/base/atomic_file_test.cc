#include "base/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temp_folder.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

std::string ReadText(const fs::path& path) {
  const auto bytes = ReadFile(path, 1000);
  return bytes ? std::string(bytes->begin(), bytes->end()) : "error: " + bytes.error().message;
}

void Put(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

TEST(AtomicFile, CreatesAndReplaces) {
  const testing::TempFolder folder;
  const fs::path path = folder.path() / "a.txt";
  ASSERT_TRUE(WriteFileAtomically(path, std::string_view("one")));
  EXPECT_EQ(ReadText(path), "one");
  ASSERT_TRUE(WriteFileAtomically(path, std::string_view("")));
  EXPECT_EQ(ReadText(path), "");
  EXPECT_EQ(folder.Names(), Names{"a.txt"});
}

TEST(AtomicFile, KeepsTheUsersPermissionMask) {
  const testing::TempFolder folder;
  const mode_t before = ::umask(027);
  ASSERT_TRUE(WriteFileAtomically(folder.path() / "a", std::string_view("x")));
  ::umask(before);
  struct stat info {};
  ASSERT_EQ(::stat((folder.path() / "a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640U);
}

TEST(AtomicFile, AStagedFileIsNotSeenBeforeItIsCommitted) {
  const testing::TempFolder folder;
  const fs::path path = folder.path() / "clip.mp4";
  Put(path, "old");
  {
    auto staged = StagedOutput::File(path);
    ASSERT_TRUE(staged);
    EXPECT_EQ(staged->path().extension(), ".mp4");
    EXPECT_EQ(staged->path().parent_path(), folder.path());
    Put(staged->path(), "new");
    EXPECT_EQ(ReadText(path), "old");
    EXPECT_EQ(folder.Names().size(), 2U);
  }
  EXPECT_EQ(ReadText(path), "old");
  EXPECT_EQ(folder.Names(), Names{"clip.mp4"});
  auto staged = StagedOutput::File(path);
  Put(staged->path(), "new");
  ASSERT_TRUE(staged->Commit());
  EXPECT_EQ(ReadText(path), "new");
  EXPECT_FALSE(staged->Commit());
}

TEST(AtomicFile, MovingAStagedFileMovesItsCleanUp) {
  const testing::TempFolder folder;
  auto first = StagedOutput::File(folder.path() / "a").value();
  auto second = StagedOutput::File(folder.path() / "b").value();
  EXPECT_EQ(folder.Names().size(), 2U);
  first = std::move(second);
  EXPECT_EQ(folder.Names().size(), 1U);
  const StagedOutput third = std::move(first);
  EXPECT_TRUE(fs::exists(third.path()));
}

TEST(AtomicFile, StagesAFolder) {
  const testing::TempFolder folder;
  const fs::path target = folder.path() / "model";
  {
    auto staged = StagedOutput::Folder(target / "");
    ASSERT_TRUE(staged) << staged.error().message;
    fs::create_directories(staged->path() / "images");
    Put(staged->path() / "images" / "0.jpg", "x");
    ASSERT_TRUE(staged->Commit());
  }
  EXPECT_EQ(ReadText(target / "images" / "0.jpg"), "x");
  EXPECT_EQ(folder.Names(), Names{"model"});
  {
    const auto unfinished = StagedOutput::Folder(folder.path() / "other");
    Put(unfinished->path() / "y", "y");
  }
  EXPECT_EQ(folder.Names(), Names{"model"});
}

TEST(AtomicFile, AFolderInUseIsRefusedOrReplacedWhole) {
  const testing::TempFolder folder;
  const fs::path target = folder.path() / "model";
  fs::create_directory(target);
  EXPECT_TRUE(StagedOutput::Folder(target)) << "an empty folder may be filled";
  Put(target / "mine", "x");
  EXPECT_EQ(StagedOutput::Folder(target).error().code, ErrorCode::kInvalidArgument);
  auto staged = StagedOutput::Folder(target, ExistingFolder::kReplace);
  ASSERT_TRUE(staged);
  Put(staged->path() / "new", "y");
  ASSERT_TRUE(staged->Commit());
  EXPECT_FALSE(fs::exists(target / "mine"));
  EXPECT_EQ(ReadText(target / "new"), "y");
  EXPECT_EQ(folder.Names(), Names{"model"});
}

TEST(AtomicFile, AFolderFilledMeanwhileIsNotLost) {
  const testing::TempFolder folder;
  const fs::path target = folder.path() / "model";
  auto staged = StagedOutput::Folder(target);
  ASSERT_TRUE(staged);
  fs::create_directory(target);
  Put(target / "mine", "x");
  EXPECT_FALSE(staged->Commit());
  EXPECT_EQ(ReadText(target / "mine"), "x");
}

TEST(AtomicFile, BadTargetsAreNamed) {
  const testing::TempFolder folder;
  const fs::path missing = folder.path() / "no" / "a";
  EXPECT_EQ(WriteFileAtomically(missing, std::string_view("x")).error().code, ErrorCode::kNotFound);
  EXPECT_NE(WriteFileAtomically(missing, std::string_view("x")).error().message.find(missing.string()),
            std::string::npos);
  EXPECT_EQ(WriteFileAtomically(folder.path(), std::string_view("x")).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(StagedOutput::File("").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(StagedOutput::Folder("/").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(StagedOutput::Folder(".").error().code, ErrorCode::kInvalidArgument);
  Put(folder.path() / "file", "x");
  EXPECT_EQ(StagedOutput::Folder(folder.path() / "file").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(WriteFileAtomically(folder.path() / "file" / "a", std::string_view("x")).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(folder.Names(), Names{"file"});
}

TEST(AtomicFile, LongNamesAreStagedToo) {
  const testing::TempFolder folder;
  const std::string name = std::string(250, 'n') + ".txt";
  ASSERT_TRUE(WriteFileAtomically(folder.path() / name, std::string_view("x")));
  EXPECT_EQ(folder.Names(), Names{name});
}

TEST(ReadFile, RefusesWhatIsNoFileOrTooLarge) {
  const testing::TempFolder folder;
  const fs::path path = folder.path() / "a";
  Put(path, "12345");
  EXPECT_EQ(ReadFile(path, 5).value().size(), 5U);
  EXPECT_EQ(ReadFile(path, 4).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadFile(folder.path(), 100).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadFile(folder.path() / "b", 100).error().code, ErrorCode::kNotFound);
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(pipe, 100).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace rv
