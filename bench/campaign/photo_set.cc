#include "bench/campaign/photo_set.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "bench/campaign/zip_pack.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

std::string Numbered(const char* format, int number) {
  char text[64];
  std::snprintf(text, sizeof(text), format, number);
  return text;
}

std::string BaseName(const std::string& name) { return name.substr(name.find_last_of('/') + 1); }

// Where two entries have one base name, the program keeps their paths, with '_' for '/'.
void Account(const PhotoSet& set, Expected& expected) {
  std::multiset<std::string> bases;
  for (const SetFile& file : set.files) bases.insert(BaseName(file.name));
  for (const SetFile& file : set.files) {
    std::string name = file.account.empty() ? BaseName(file.name) : file.account;
    if (file.account.empty() && bases.count(name) > 1) {
      name = file.name;
      std::replace(name.begin(), name.end(), '/', '_');
    }
    expected.files[name] = file.fate;
  }
}

// A name not taken by another photo of the set, so that the order is shuffled too.
std::vector<std::pair<std::string, std::string>> OddNames(Random& random, Holder holder) {
  std::vector<std::pair<std::string, std::string>> names{
      {"photo one 3.jpg", ""},
      {"B\xC3\xBCro Foto 4.jpg", ""},
      {"\xE5\x86\x99\xE7\x9C\x9F 5.jpg", ""},
      {"\xF0\x9F\x98\x80 6.jpg", ""},
      {"caf\xE9 7.jpg", "caf%E9 7.jpg"},
      {"-rf 9.jpg", ""},
      {std::string(230, 'x') + "10.jpg", ""},
      {"%41.jpg", ""},
      {"UPPER.JPEG", ""},
      {"DSC0001", ""},
      {"IMG_5.png", ""},
      {"quote'\"$(x);.jpg", ""},
      {"trailing .jpg", ""},
      {"2024-01-02 10.11.12.jpg", ""},
      {"PXL_20240102_101112345.MP.jpg", ""},
      {"IMG-20240102-WA0007.jpg", ""},
      {"a (1).jpg", ""},
      {"a (10).jpg", ""},
      {"0.jpg", ""},
      {"100000000000000000000000000.jpg", ""},
  };
  if (holder == Holder::kFolder) {
    names.push_back({"line\nbreak 8.jpg", "line%0Abreak 8.jpg"});
    names.push_back({"back\\slash.jpg", "back%5Cslash.jpg"});
    names.push_back({"tab\t1.jpg", "tab%091.jpg"});
  }
  random.Shuffle(names);
  return names;
}

}  // namespace

PhotoSet GoodPhotos(const Kitchen& kitchen, int item, int count) {
  const std::vector<fs::path>& photos = kitchen.material.items[static_cast<std::size_t>(item)].photos;
  PhotoSet set{.what = Text(count, " photos of item ", item)};
  const int first = kitchen.random.Between(0, kPhotos - count);
  for (int i = 0; i < count; ++i) {
    set.files.push_back({.name = Numbered("IMG_%04d.JPG", i + 1),
                         .bytes = ReadBytes(photos[static_cast<std::size_t>(first + i)])});
  }
  return set;
}

PhotoSet SomePhotos(const Kitchen& kitchen) {
  const int item = kitchen.random.Between(0, 1);
  return GoodPhotos(kitchen, item, kitchen.random.Between(8, 10));
}

void NameOddly(Random& random, Holder holder, PhotoSet& set) {
  const auto names = OddNames(random, holder);
  const std::size_t count = std::min(set.files.size(), names.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (random.Chance(0.2)) continue;
    set.files[i].name = names[i].first;
    set.files[i].account = names[i].second;
  }
  set.what += ", odd names";
}

Status MixFormats(const Kitchen& kitchen, PhotoSet& set) {
  const std::vector<std::pair<std::string, std::string>> formats{
      {".png", "-c:v png"},
      {".webp", "-c:v libwebp -quality 90"},
      {".tiff", "-c:v tiff -pix_fmt rgb24"},
      {".avif", "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -crf 20"},
      {".png", "-c:v png -pix_fmt rgba"},
      {".png", "-c:v png -pix_fmt rgb48be"},
      {".png", "-c:v png -pix_fmt gray"},
      {".tif", "-c:v tiff -pix_fmt rgb24 -compression_algo lzw"},
      {".webp", "-c:v libwebp -lossless 1"}};
  const int count = kitchen.random.Between(2, 4);
  for (int i = 0; i < count; ++i) {
    SetFile& file = set.files[static_cast<std::size_t>(kitchen.random.Between(0, 7))];
    if (!file.name.ends_with(".JPG")) continue;
    const auto& [suffix, codec] = kitchen.random.Pick(formats);
    const fs::path in = kitchen.folder / "format.jpg", out = kitchen.folder / ("format" + suffix);
    if (const Status written = WriteBytes(in, file.bytes); !written) return written;
    // An encoder that is not built in is no fault: the photo stays a JPEG.
    if (!FfmpegCall(kitchen.material.log).Input(in).Words(codec + " -frames:v 1").Write(out)) continue;
    file.bytes = ReadBytes(out);
    file.name.replace(file.name.size() - 4, 4, suffix);
    set.what += " " + file.name;
    fs::remove(in);
    fs::remove(out);
  }
  return {};
}

void DamageSome(Random& random, PhotoSet& set) {
  const int count = random.Between(1, 3);
  for (int i = 0; i < count; ++i) {
    SetFile& file = set.files[static_cast<std::size_t>(random.Between(0, 7))];
    if (file.fate != kUsed) continue;
    file.fate = kUnread;
    const int way = random.Between(0, 4);
    if (way == 0) CutOff(file.bytes, random.Share(0.05, 0.7));
    if (way == 1) file.bytes = RandomBytes(random, static_cast<std::size_t>(random.Between(20, 40000)));
    if (way == 2) file.bytes.clear();
    if (way == 3) file.bytes = ToBytes("Good day, this is no picture.\n");
    if (way == 4) file.bytes = ToBytes("<html><body>404 not found</body></html>\n");
    const char* ways[] = {"cut off", "random bytes", "empty", "text", "HTML"};
    set.what += Text(", ", file.name, " ", ways[way]);
  }
}

void AddForeign(Random& random, PhotoSet& set) {
  struct Foreign {
    const char* name;
    std::string magic;
  };
  using namespace std::string_literals;
  const std::vector<Foreign> kinds{{"anim.gif", "GIF89a"s},
                                   {"scan.bmp", "BM\x36\x10\0\0"s},
                                   {"new.jxl", "\xFF\x0A\xFA\x1F"s},
                                   {"box.jxl", "\0\0\0\x0CJXL \x0D\x0A\x87\x0A"s},
                                   {"old.wmv", "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9"s},
                                   {"flash.flv", "FLV\x01\x05\0\0\0\x09"s}};
  const int count = random.Between(1, 3);
  std::set<std::string> taken;
  for (int i = 0; i < count; ++i) {
    const Foreign& kind = random.Pick(kinds);
    // Its name may say that it is a JPEG.
    const std::string name = random.Chance(0.3) ? Numbered("IMG_9%03d.JPG", i) : kind.name;
    if (!taken.insert(name).second) continue;
    Bytes bytes = ToBytes(kind.magic);
    const Bytes rest = RandomBytes(random, 4000);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    set.files.push_back({.name = name, .bytes = std::move(bytes), .fate = kUnread});
    set.what += Text(", ", kind.name, " as ", name);
  }
}

void AddSidecars(Random& random, PhotoSet& set) {
  const std::vector<SetFile> kinds{
      {.name = "IMG_0001.AAE", .bytes = ToBytes("<?xml version=\"1.0\"?><plist></plist>")},
      {.name = "IMG_0002.JPG.json", .bytes = ToBytes("{\"title\": \"IMG_0002.JPG\"}")},
      {.name = "Thumbs.db", .bytes = ToBytes("\xD0\xCF\x11\xE0 thumbs")},
      {.name = ".DS_Store", .bytes = ToBytes("Bud1")},
      {.name = "desktop.ini", .bytes = ToBytes("[.ShellClassInfo]")},
      {.name = "._IMG_0003.JPG", .bytes = ToBytes("\x05\x16\x07 apple double")},
      {.name = "README.txt", .bytes = ToBytes("Good photos, please use them all.\n")},
      {.name = "notes.txt", .bytes = ToBytes("Six of them.\n")},
      {.name = "IMG_0004.xmp", .bytes = ToBytes("<x:xmpmeta/>")}};
  const int count = random.Between(1, 5);
  std::set<std::string> taken;
  for (int i = 0; i < count; ++i) {
    SetFile file = random.Pick(kinds);
    if (!taken.insert(file.name).second) continue;
    file.fate = kLeftOut;
    set.what += ", " + file.name;
    set.files.push_back(std::move(file));
  }
}

Status FilterSome(const Kitchen& kitchen, const std::vector<std::string>& filters, PhotoSet& set) {
  const int count = kitchen.random.Between(2, 5);
  std::set<std::size_t> done;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(kitchen.random.Between(0, 7));
    if (!done.insert(at).second) continue;
    SetFile& file = set.files[at];
    const fs::path in = kitchen.folder / "filter_in.jpg", out = kitchen.folder / "filter_out.jpg";
    const std::string& filter = kitchen.random.Pick(filters);
    if (const Status written = WriteBytes(in, file.bytes); !written) return written;
    const Status made =
        FfmpegCall(kitchen.material.log).Input(in).Words("-q:v 2 -vf").Word(filter).Write(out);
    if (!made) return made;
    file.bytes = ReadBytes(out);
    set.what += Text(", ", file.name, " ", filter);
    fs::remove(in);
    fs::remove(out);
  }
  return {};
}

Status WriteSet(const PhotoSet& set, const fs::path& folder) {
  fs::create_directories(folder);
  for (const SetFile& file : set.files) {
    fs::create_directories((folder / file.name).parent_path());
    if (const Status written = WriteBytes(folder / file.name, file.bytes); !written) return written;
  }
  return {};
}

Result<Variant> FolderVariant(const Kitchen& kitchen, const PhotoSet& set) {
  Variant out{.source = kitchen.folder / "photos", .what = set.what};
  out.expected.photos = true;
  Account(set, out.expected);
  if (const Status written = WriteSet(set, out.source); !written) return Forward(written);
  return out;
}

Bytes PackSet(Random& random, const PhotoSet& set) {
  const int way = random.Between(0, 2);
  std::vector<ZipEntry> entries;
  for (const SetFile& file : set.files) {
    const bool deflate = way == 0 || (way == 1 && random.Chance(0.5));
    entries.push_back({.name = file.name, .bytes = file.bytes, .deflate = deflate});
  }
  return PackZip(entries);
}

Result<Variant> ZipFileVariant(const Kitchen& kitchen, const PhotoSet& set, const Bytes& zip) {
  Variant out{.source = kitchen.folder / "photos.zip", .what = set.what};
  out.expected.photos = true;
  Account(set, out.expected);
  if (const Status written = WriteBytes(out.source, zip); !written) return Forward(written);
  return out;
}

Result<Variant> ZipVariant(const Kitchen& kitchen, const PhotoSet& set) {
  return ZipFileVariant(kitchen, set, PackSet(kitchen.random, set));
}

}  // namespace rv::campaign
