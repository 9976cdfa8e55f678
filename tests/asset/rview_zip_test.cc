#include "asset/rview_zip.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "asset/rview_file.h"
#include "tests/asset/archive_builder.h"
#include "tests/asset/sample_view.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

using asset::ZipEntry;
using Bytes = std::vector<std::uint8_t>;

// Exit status and output of a shell command; status -1 when it cannot be run.
std::pair<int, std::string> RunShell(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, ""};
  std::string output;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;)
    output.append(buffer, got);
  return {::pclose(pipe), output};
}

bool HasProgram(const std::string& name) { return RunShell("command -v " + name).first == 0; }

std::filesystem::path WriteSample(const testing::TempFolder& folder) {
  const auto path = folder.path() / "sample.rview";
  EXPECT_TRUE(WriteRview(testing::SampleView(), path));
  return path;
}

TEST(Zip, DataAreAlignedAndHeadersFixed) {
  const Bytes archive = EncodeRview(testing::SampleView()).value();
  const auto entries = asset::ReadZipEntries(*asset::MakeMemorySource(archive), 100).value();
  ASSERT_EQ(entries[0].name, "manifest.json");
  std::uint64_t end = 0;
  for (const asset::ZipEntry& entry : entries) {
    EXPECT_EQ(entry.header_offset, end) << entry.name;
    EXPECT_EQ(entry.data_offset % 64, 0U) << entry.name;
    EXPECT_EQ(asset::ZipLocalHeader(entry).size(), entry.data_offset - entry.header_offset);
    end = entry.data_offset + entry.size;
  }
  EXPECT_EQ(Bytes(archive.begin(), archive.begin() + 4), (Bytes{'P', 'K', 3, 4}));
}

// Header lengths of every remainder leave room for the padding field.
TEST(Zip, EveryNameLengthIsAligned) {
  for (std::size_t length = 1; length < 200; ++length) {
    asset::ZipEntry entry{.name = std::string(length, 'n'), .size = 5};
    asset::LayOutZip(std::span(&entry, 1));
    EXPECT_EQ(entry.data_offset % 64, 0U);
    EXPECT_EQ(asset::ZipLocalHeader(entry).size(), entry.data_offset);
    EXPECT_LT(entry.data_offset, 30 + length + 6 + 64);
  }
}

TEST(Zip, UnzipFindsNothingWrong) {
  if (!HasProgram("unzip")) GTEST_SKIP() << "unzip is not installed";
  const testing::TempFolder folder;
  const auto [status, output] = RunShell("unzip -t " + WriteSample(folder).string());
  EXPECT_EQ(status, 0) << output;
  EXPECT_NE(output.find("No errors detected"), std::string::npos) << output;
}

TEST(Zip, PythonReadsIt) {
  if (!HasProgram("python3")) GTEST_SKIP() << "python3 is not installed";
  const testing::TempFolder folder;
  const std::string code =
      "import zipfile,json,hashlib,sys; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
      "m=json.loads(z.read('manifest.json')); assert z.namelist()[0]=='manifest.json'; "
      "assert [f['name'] for f in m['files']]==z.namelist()[1:]; "
      "assert all(hashlib.sha256(z.read(f['name'])).hexdigest()==f['sha256'] for f in m['files']); "
      "b=open(sys.argv[1],'rb').read(); assert hashlib.sha256(b[:-64]).hexdigest().encode()==b[-64:]; "
      "assert z.comment==b[-77:]; assert all(i.date_time==(1980,1,1,0,0,0) for i in z.infolist()); "
      "assert 'sources/Stra\\u00dfe 2.png' in z.namelist()";
  const auto [status, output] = RunShell("python3 -c \"" + code + "\" " + WriteSample(folder).string());
  EXPECT_EQ(status, 0) << output;
}

TEST(Zip, LibzipReadsIt) {
  const testing::TempFolder folder;
  int error = 0;
  zip_t* archive = ::zip_open(WriteSample(folder).c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error);
  ASSERT_NE(archive, nullptr) << "error " << error;
  EXPECT_EQ(::zip_name_locate(archive, "manifest.json", 0), 0);
  const Bytes want = testing::SampleView().views[0].image.bytes;
  zip_file_t* file = ::zip_fopen(archive, "views/0000.jpg", 0);
  ASSERT_NE(file, nullptr);
  Bytes have(want.size() + 10);
  EXPECT_EQ(::zip_fread(file, have.data(), have.size()), static_cast<zip_int64_t>(want.size()));
  have.resize(want.size());
  EXPECT_EQ(have, want);
  ::zip_fclose(file);
  ::zip_discard(archive);
}

std::vector<asset::ZipEntry> ManyEntries(std::size_t count) {
  std::vector<asset::ZipEntry> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back({.name = std::to_string(i)});
  asset::LayOutZip(entries);
  return entries;
}

// Empty files, so that an archive of more than 65,535 stays small.
Bytes ArchiveOf(const std::vector<asset::ZipEntry>& entries) {
  Bytes archive;
  for (const asset::ZipEntry& entry : entries) {
    const Bytes header = asset::ZipLocalHeader(entry);
    archive.insert(archive.end(), header.begin(), header.end());
  }
  const Bytes directory = asset::ZipDirectory(entries);
  archive.insert(archive.end(), directory.begin(), directory.end());
  archive.resize(archive.size() + asset::kZipDigestChars);
  testing::Reseal(archive);
  return archive;
}

TEST(Zip, MoreFilesThanSixteenBitsCount) {
  for (const std::size_t count : {65'534, 65'535, 65'536}) {
    const Bytes archive = ArchiveOf(ManyEntries(count));
    const auto entries = asset::ReadZipEntries(*asset::MakeMemorySource(archive), 100'000);
    ASSERT_TRUE(entries) << entries.error().message;
    EXPECT_EQ(entries->size(), count);
    EXPECT_FALSE(asset::ReadZipEntries(*asset::MakeMemorySource(archive), count - 1));
    EXPECT_TRUE(asset::CheckZipDigest(*asset::MakeMemorySource(archive)));
    if (count != 65'536 || !HasProgram("python3")) continue;
    const testing::TempFolder folder;
    const auto path = folder.path() / "many.zip";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(archive.data()), static_cast<std::streamsize>(archive.size()));
    const auto [status, output] = RunShell(
        "python3 -c \"import zipfile,sys; assert len(zipfile.ZipFile(sys.argv[1]).namelist())==65536\" " +
        path.string());
    EXPECT_EQ(status, 0) << output;
  }
}

// A file with holes: 5 GiB of nothing, then a small entry beyond what 32 bits reach.
TEST(Zip, EntriesBeyondFourGigabytes) {
  const testing::TempFolder folder;
  const auto path = folder.path() / "large.zip";
  const Bytes small = {'h', 'e', 'l', 'l', 'o'};
  std::vector<asset::ZipEntry> entries = {
      {.name = "manifest.json", .size = 2},
      {.name = "large", .size = std::uint64_t{5} << 30},
      {.name = "small", .size = small.size(), .crc = asset::Crc32(small)}};
  asset::LayOutZip(entries);
  {
    std::ofstream out(path, std::ios::binary);
    const auto put = [&](std::uint64_t at, const Bytes& bytes) {
      out.seekp(static_cast<std::streamoff>(at));
      out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    };
    for (const asset::ZipEntry& entry : entries) put(entry.header_offset, asset::ZipLocalHeader(entry));
    put(entries[2].data_offset, small);
    Bytes directory = asset::ZipDirectory(entries);
    directory.resize(directory.size() + asset::kZipDigestChars, '0');
    put(entries[2].data_offset + small.size(), directory);
    if (!out.flush()) GTEST_SKIP() << "no room for a file with holes";
  }
  const auto source = asset::OpenFileSource(path);
  ASSERT_TRUE(source);
  const auto read = asset::ReadZipEntries(**source, 10);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at(1).size, std::uint64_t{5} << 30);
  EXPECT_EQ(read->at(2).data_offset, entries[2].data_offset);
  if (!HasProgram("python3")) return;
  const auto [status, output] = RunShell(
      "python3 -c \"import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); assert z.read('small')==b'hello'; "
      "assert z.getinfo('large').file_size==5<<30\" " +
      path.string());
  EXPECT_EQ(status, 0) << output;
}

TEST(Zip, FlippedBitsAroundZip64RecordsAreFound) {
  const Bytes archive = ArchiveOf(ManyEntries(65'536));
  const std::size_t tail = 56 + 20 + 22 + asset::kZipCommentPrefix.size();
  const std::size_t start = archive.size() - asset::kZipDigestChars - tail;
  for (std::size_t i = 0; i < tail; i += 3) {
    Bytes damaged = archive;
    damaged[start + i] ^= static_cast<std::uint8_t>(1 << (i % 8));
    const auto read = asset::ReadZipEntries(*asset::MakeMemorySource(damaged), 100'000);
    ASSERT_FALSE(read) << i;
    ASSERT_EQ(read.error().code, ErrorCode::kCorrupt) << i << ": " << read.error().message;
  }
}

}  // namespace
}  // namespace rv
