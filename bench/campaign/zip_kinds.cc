// ZIPs of photos.
#include "base/text.h"
#include "bench/campaign/photo_set.h"
#include "bench/campaign/zip_pack.h"

namespace rv::campaign {
namespace {

void Prefix(const std::string& folder, PhotoSet& set) {
  for (SetFile& file : set.files) file.name.insert(0, folder);
}

// Folders inside, also with one name in two of them.
Result<Variant> ZipFolders(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  const int way = kitchen.random.Between(0, 2);
  if (way == 1) Prefix("my item/photos/", set);
  if (way == 2) {
    for (std::size_t i = 0; i < set.files.size(); ++i)
      set.files[i].name = Text(i % 2 == 0 ? "left/" : "right/", "IMG_", i / 2, ".JPG");
  }
  const char* ways[] = {"flat", "in nested folders", "one name in two folders"};
  set.what += Text(" ", ways[way]);
  return ZipVariant(kitchen, set);
}

Result<Variant> ZipSystemFiles(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  AddSidecars(kitchen.random, set);
  const std::size_t count = set.files.size();
  if (kitchen.random.Chance(0.7)) {
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 4); ++i)
      set.files.push_back({.name = "__MACOSX/._" + set.files[i].name,
                           .bytes = ToBytes("\x05\x16\x07 apple double"),
                           .fate = kLeftOut,
                           // The whole path where a sidecar has the base name already.
                           .account = "._" + set.files[i].name});
    std::erase_if(set.files, [](const SetFile& file) { return file.name == "._IMG_0003.JPG"; });
    set.what += ", __MACOSX";
  }
  return ZipVariant(kitchen, set);
}

Result<Variant> ZipBackslashes(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  for (SetFile& file : set.files) {
    file.account = file.name;
    file.name.insert(0, "photos\\");
  }
  set.what += ", backslashes";
  return ZipVariant(kitchen, set);
}

Result<Variant> ZipOddNames(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  NameOddly(kitchen.random, Holder::kZip, set);
  return ZipVariant(kitchen, set);
}

// Names that reach outside or hide control characters: the whole ZIP is refused.
Result<Variant> ZipHostileNames(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  const std::string name = kitchen.random.Pick(
      std::vector<std::string>{"../out.jpg", "/etc/passwd.jpg", "a/../../b.jpg", "C:/x.jpg",
                               "line\nbreak.jpg", "..\\up.jpg", std::string(2000, 'n')});
  set.files[static_cast<std::size_t>(kitchen.random.Between(0, 7))].name = name;
  set.what += ", an entry named " + name.substr(0, 20);
  Result<Variant> out = ZipVariant(kitchen, set);
  if (out) out->expected.exit_codes = {5};
  return out;
}

Result<Variant> ZipFormats(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  if (const Status mixed = MixFormats(kitchen, set); !mixed) return Forward(mixed);
  return ZipVariant(kitchen, set);
}

Result<Variant> ZipDamagedPhotos(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  DamageSome(kitchen.random, set);
  return ZipVariant(kitchen, set);
}

Result<Variant> ZipForeign(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  AddForeign(kitchen.random, set);
  return ZipVariant(kitchen, set);
}

Result<Variant> ZipClipBeside(const Kitchen& kitchen) {
  const Result<Bytes> clip = ShortClip(kitchen);
  if (!clip) return Forward(clip);
  const bool alone = kitchen.random.Chance(0.4);
  PhotoSet set = GoodPhotos(kitchen, 0, alone ? 0 : 8);
  set.files.push_back({.name = "IMG_0002.mp4", .bytes = *clip, .fate = kLeftOut});
  set.what += " and a clip";
  Result<Variant> out = ZipVariant(kitchen, set);
  if (out && alone) out->expected.exit_codes = {5};
  return out;
}

// Without its directory, which is at the end, a ZIP is none.
Result<Variant> ZipCutOff(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  Bytes zip = PackSet(kitchen.random, set);
  const double share = kitchen.random.Share(0.02, 0.99);
  CutOff(zip, share);
  set.what += Text(", cut at ", static_cast<int>(100 * share), " %");
  Result<Variant> out = ZipFileVariant(kitchen, set, zip);
  if (out) out->expected.exit_codes = {4};
  return out;
}

// One photo's bytes overwritten, which its CRC tells; nothing else is touched.
Result<Variant> ZipOverwritten(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  std::vector<ZipEntry> entries;
  for (const SetFile& file : set.files) entries.push_back({.name = file.name, .bytes = file.bytes});
  Bytes zip = PackZip(entries);
  constexpr std::size_t kHeader = 30;
  const auto at = static_cast<std::size_t>(kitchen.random.Between(0, 7));
  std::size_t begin = 0;
  for (std::size_t i = 0; i < at; ++i) begin += kHeader + entries[i].name.size() + entries[i].bytes.size();
  begin += kHeader + entries[at].name.size() + entries[at].bytes.size() / 2;
  for (std::size_t i = 0; i < 64; ++i) zip[begin + i] ^= 0x5A;
  set.files[at].fate = kUnread;
  set.what += Text(", ", set.files[at].name, " overwritten");
  return ZipFileVariant(kitchen, set, zip);
}

Result<Variant> ZipEncrypted(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  std::vector<ZipEntry> entries;
  const bool all = kitchen.random.Chance(0.5);
  for (const SetFile& file : set.files)
    entries.push_back(
        {.name = file.name, .bytes = file.bytes, .encrypted = all || kitchen.random.Chance(0.3)});
  entries.back().encrypted = true;
  set.what += all ? ", encrypted" : ", some encrypted";
  Result<Variant> out = ZipFileVariant(kitchen, set, PackZip(entries));
  if (!out) return out;
  out->expected.exit_codes = {5};
  out->expected.error_says = "encrypted";
  return out;
}

Result<Variant> ZipFew(const Kitchen& kitchen) {
  const int count = kitchen.random.Between(0, 2);
  PhotoSet set = GoodPhotos(kitchen, 0, count);
  if (kitchen.random.Chance(0.5)) AddSidecars(kitchen.random, set);
  Result<Variant> out = ZipVariant(kitchen, set);
  if (!out) return out;
  out->expected.exit_codes = {6};
  if (count == 2) out->expected.exit_codes.insert(0);
  return out;
}

}  // namespace

std::vector<Kind> ZipKinds() {
  return {{"zip_folders", "stored and deflated, in folders", ZipFolders},
          {"zip_sidecars", "__MACOSX, .DS_Store, .AAE and others", ZipSystemFiles},
          {"zip_backslashes", "folders divided by backslashes", ZipBackslashes},
          {"zip_names", "odd, shuffled and undecodable names", ZipOddNames},
          {"zip_hostile_names", "names that reach outside: refused", ZipHostileNames},
          {"zip_formats", "JPEG, PNG, WebP, TIFF and AVIF mixed", ZipFormats},
          {"zip_damaged", "some photos cut off, random, empty or text", ZipDamagedPhotos},
          {"zip_foreign", "GIF, BMP, JPEG XL, WMV, FLV among them", ZipForeign},
          {"zip_clip", "a clip beside the photos, or alone", ZipClipBeside},
          {"zip_cut", "cut off: refused", ZipCutOff},
          {"zip_overwritten", "one photo's bytes overwritten", ZipOverwritten},
          {"zip_encrypted", "encrypted: refused", ZipEncrypted},
          {"zip_few", "0, 1 or 2 photos", ZipFew}};
}

}  // namespace rv::campaign
