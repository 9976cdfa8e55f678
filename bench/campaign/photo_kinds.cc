// Folders of photos.
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "bench/campaign/photo_set.h"

namespace rv::campaign {
namespace fs = std::filesystem;

namespace {

Result<Variant> FolderOddNames(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  NameOddly(kitchen.random, Holder::kFolder, set);
  if (kitchen.random.Chance(0.3)) {
    set.files.back().name = ".hidden.jpg";
    set.files.back().account.clear();
    set.files.back().fate = kLeftOut;
  }
  return FolderVariant(kitchen, set);
}

Result<Variant> FolderFormats(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  if (const Status mixed = MixFormats(kitchen, set); !mixed) return Forward(mixed);
  return FolderVariant(kitchen, set);
}

Result<Variant> FolderDamaged(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  DamageSome(kitchen.random, set);
  return FolderVariant(kitchen, set);
}

Result<Variant> FolderForeign(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  AddForeign(kitchen.random, set);
  return FolderVariant(kitchen, set);
}

Result<Variant> FolderSidecars(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  AddSidecars(kitchen.random, set);
  return FolderVariant(kitchen, set);
}

// Beside one photo the clip is what was meant; beside several, the photos are; two clips alone are a question.
Result<Variant> FolderClipBeside(const Kitchen& kitchen) {
  const Result<Bytes> clip = ShortClip(kitchen);
  if (!clip) return Forward(clip);
  const int photos = kitchen.random.Pick(std::vector<int>{0, 1, 8, 9});
  const int clips = photos == 0 ? 2 : kitchen.random.Between(1, photos == 1 ? 1 : 2);
  PhotoSet set = GoodPhotos(kitchen, 0, photos);
  const char* names[] = {"IMG_0002.mp4", "aaa.MOV"};
  for (int i = 0; i < clips; ++i) set.files.push_back({.name = names[i], .bytes = *clip, .fate = kLeftOut});
  set.what += Text(" beside ", clips, " clips");
  Result<Variant> out = FolderVariant(kitchen, set);
  if (!out || photos > 1) return out;
  if (photos == 0) {
    out->expected.exit_codes = {2};
    return out;
  }
  out->expected.photos = false;
  out->expected.clip = true;
  out->expected.files = {{"IMG_0001.JPG", kLeftOut}};
  const Result<int> frames = CountFrames(out->source / names[0], kitchen.material.log);
  if (!frames) return Forward(frames);
  out->expected.frames = *frames;
  return out;
}

Result<Variant> FolderSubfolders(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  const int way = kitchen.random.Between(0, 3);
  const auto move = [&](std::size_t i, const char* folder) { set.files[i].name.insert(0, folder); };
  if (way == 0) {  // all in images/, as photogrammetry tools keep them
    for (std::size_t i = 0; i < set.files.size(); ++i) move(i, "images/");
    set.what += " in images/";
  } else if (way == 1) {  // the same with a note on top
    for (std::size_t i = 0; i < set.files.size(); ++i) move(i, "images/");
    set.files.push_back({.name = "notes.txt", .bytes = ToBytes("Photos.\n"), .fate = kLeftOut});
    set.what += " in images/, notes.txt above";
  } else if (way == 2) {  // some aside, as phones do with edited ones
    set.files.push_back(set.files[3]);
    set.files.back().name = "edited/IMG_E004.JPG";
    set.files.back().fate = kLeftOut;
    set.what += ", one more in edited/";
  } else {  // two items, a folder each
    for (std::size_t i = 0; i < set.files.size(); ++i) move(i, i % 2 == 0 ? "first/" : "second/");
    set.what += " in two folders";
  }
  Result<Variant> out = FolderVariant(kitchen, set);
  if (out && way == 2) {  // a folder inside is one input
    out->expected.files.erase("IMG_E004.JPG");
    out->expected.files["edited/"] = kLeftOut;
  }
  if (out && way == 3) out->expected.exit_codes = {2};
  return out;
}

Result<Variant> FolderTwoItems(const Kitchen& kitchen) {
  PhotoSet set = GoodPhotos(kitchen, 0, kitchen.random.Between(6, 8));
  PhotoSet other = GoodPhotos(kitchen, 1, kitchen.random.Between(2, 5));
  for (std::size_t i = 0; i < other.files.size(); ++i) other.files[i].name = Text("DSC_", i, ".jpg");
  if (kitchen.random.Chance(0.5))  // between the others by name
    for (std::size_t i = 0; i < other.files.size(); ++i)
      other.files[i].name = Text("IMG_000", i + 3, "b.JPG");
  set.what += Text(", ", other.what);
  set.files.insert(set.files.end(), other.files.begin(), other.files.end());
  for (SetFile& file : set.files) file.fate = kUsed | kLeftOut;
  return FolderVariant(kitchen, set);
}

Result<Variant> FolderSizes(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  const Status done = FilterSome(kitchen,
                                 {"scale=iw/2:-2", "scale=iw*1.3:-2", "crop=iw*0.8:ih", "crop=iw*0.7:ih*0.7",
                                  "crop=ih:ih", "scale=101:-1", "pad=iw+40:ih"},
                                 set);
  if (!done) return Forward(done);
  return FolderVariant(kitchen, set);
}

Result<Variant> FolderTurned(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  const Status done = FilterSome(kitchen, {"transpose=1", "transpose=2", "hflip,vflip"}, set);
  if (!done) return Forward(done);
  return FolderVariant(kitchen, set);
}

// Too few for a sweep. A note that begins with 'G', as transport streams do, is no clip.
Result<Variant> FolderFew(const Kitchen& kitchen) {
  const int count = kitchen.random.Between(0, 2);
  PhotoSet set = GoodPhotos(kitchen, kitchen.random.Between(0, 1), count);
  const bool noted = kitchen.random.Chance(0.4);
  if (noted) {
    set.files.push_back(
        {.name = "notes.txt", .bytes = ToBytes("Good evening, the photos follow.\n"), .fate = kLeftOut});
    set.what += ", a note";
  }
  Result<Variant> out = FolderVariant(kitchen, set);
  if (!out) return out;
  out->expected.exit_codes = {6};
  if (count == 2) out->expected.exit_codes.insert(0);
  if (count == 1 && !noted && kitchen.random.Chance(0.5)) {
    out->source /= "IMG_0001.JPG";
    out->what += " by itself";
  }
  return out;
}

bool IsReadable(const fs::path& path) { return access(path.c_str(), R_OK) == 0; }

// A photo that cannot be opened: permissions (root reads it all the same), a dangling link, a pipe, a link to
// a good photo elsewhere.
Result<Variant> FolderUnreadable(const Kitchen& kitchen) {
  PhotoSet set = SomePhotos(kitchen);
  const auto at = static_cast<std::size_t>(kitchen.random.Between(0, 7));
  const int way = kitchen.random.Between(0, 3);
  const char* ways[] = {"without permission", "a dangling link", "a pipe", "a link to a photo"};
  set.what += Text(", ", set.files[at].name, " ", ways[way]);
  Result<Variant> out = FolderVariant(kitchen, set);
  if (!out) return out;
  const fs::path photo = out->source / set.files[at].name;
  unsigned fate = kUnread;
  if (way == 0) {
    fs::permissions(photo, fs::perms::none);
    if (IsReadable(photo)) fate = kUsed;
  } else {
    const fs::path elsewhere = kitchen.folder / "elsewhere.jpg";
    fs::rename(photo, elsewhere);
    if (way == 1) fs::create_symlink(kitchen.folder / "nowhere.jpg", photo);
    if (way == 2 && mkfifo(photo.c_str(), 0644) != 0) return Fail(ErrorCode::kUnsupported, "no pipe");
    if (way == 3) fs::create_symlink(elsewhere, photo);
    if (way == 3) fate = kUsed;
  }
  out->expected.files[set.files[at].name] = fate;
  return out;
}

}  // namespace

std::vector<Kind> PhotoKinds() {
  return {{"photos_names", "odd, shuffled and undecodable names", FolderOddNames},
          {"photos_formats", "JPEG, PNG, WebP, TIFF and AVIF mixed", FolderFormats},
          {"photos_damaged", "some cut off, random, empty or text", FolderDamaged},
          {"photos_foreign", "GIF, BMP, JPEG XL, WMV, FLV among them", FolderForeign},
          {"photos_sidecars", ".AAE, .json, Thumbs.db, .DS_Store, notes", FolderSidecars},
          {"photos_clip_beside", "clips beside photos", FolderClipBeside},
          {"photos_subfolders", "images/, edited/, two folders", FolderSubfolders},
          {"photos_two_items", "photos of a second item mixed in", FolderTwoItems},
          {"photos_sizes", "mixed sizes and crops", FolderSizes},
          {"photos_turned", "some turned by 90 or 180 degrees", FolderTurned},
          {"photos_few", "0, 1 or 2 photos", FolderFew},
          {"photos_unreadable", "no permission, dangling links, pipes", FolderUnreadable}};
}

}  // namespace rv::campaign
