// Photos and other files of one variant, before they become a folder or a ZIP.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "bench/campaign/media_tools.h"
#include "bench/campaign/recipes.h"

namespace rv::campaign {

struct SetFile {
  std::string name;  // may have folders
  Bytes bytes;
  unsigned fate = kUsed;
  std::string account;  // its name in the account where that is not the file's own
};

struct PhotoSet {
  std::vector<SetFile> files;
  std::string what;
};

// `count` neighboring photos of an item, IMG_0001.JPG and so on.
PhotoSet GoodPhotos(const Kitchen& kitchen, int item, int count);
// 8 to 10 of a random item.
PhotoSet SomePhotos(const Kitchen& kitchen);

// Each changes a set and says what must become of its files. ZIPs cannot hold every name that a folder can.
enum class Holder { kFolder, kZip };
void NameOddly(Random& random, Holder holder, PhotoSet& set);
Status MixFormats(const Kitchen& kitchen, PhotoSet& set);
void DamageSome(Random& random, PhotoSet& set);
void AddForeign(Random& random, PhotoSet& set);
void AddSidecars(Random& random, PhotoSet& set);
// Scales or turns a few photos with an ffmpeg filter.
Status FilterSome(const Kitchen& kitchen, const std::vector<std::string>& filters, PhotoSet& set);
// A short clip of the first item.
Result<Bytes> ShortClip(const Kitchen& kitchen);

// Writes the files below `folder`.
Status WriteSet(const PhotoSet& set, const std::filesystem::path& folder);
// A photo folder or ZIP of the set, its expectation filled.
Result<Variant> FolderVariant(const Kitchen& kitchen, const PhotoSet& set);
Result<Variant> ZipVariant(const Kitchen& kitchen, const PhotoSet& set);
// The same of bytes that were tampered with.
Result<Variant> ZipFileVariant(const Kitchen& kitchen, const PhotoSet& set, const Bytes& zip);
// Stored and deflated entries in turn by chance.
Bytes PackSet(Random& random, const PhotoSet& set);

}  // namespace rv::campaign
