#include <optional>

#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/recognition.h"
#include "cli/tag_text.h"
#include "groknet/catalog/photos.h"
#include "groknet/recognition/fusion.h"
#include "groknet/recognition/tags_json.h"

namespace rv::cli {
namespace {

struct TagFlags {
  std::vector<std::string> sources;
  bool item = false;  // the photos are views of one item
  catalog::RecognitionOptions recognition;
};

// Lines of tags are the only result: no stage events among them.
Progress StopsOnly() {
  return [](std::string_view, double) { return !Interrupted(); };
}

class TagRun {
 public:
  TagRun(const Tagger& tagger, const TagFlags& flags, Console& console)
      : tagger_(tagger), flags_(flags), console_(console) {}

  Status Photos(const std::vector<std::filesystem::path>& photos) {
    return catalog::DecodeInBatches(photos, flags_.recognition, StopsOnly(),
                                    [&](std::size_t first, const std::vector<Result<Image>>& images) {
                                      return PrintBatch(photos, first, images);
                                    });
  }

  Status Rview(const std::filesystem::path& path) {
    const Result<std::vector<Image>> images = catalog::ReadRviewViews(path, flags_.recognition.threads);
    if (!images && images.error().code != ErrorCode::kCancelled) return Failed(images.error());
    if (!images) return Forward(images);
    const auto tags = tagger_.Tag(*images, StopsOnly());
    if (!tags) return Forward(tags);
    const ItemTags item = FuseViews(tagger_.card(), *tags);
    if (!json()) {
      console_.Output(TagTable(Text(path, " (", item.views, " views)"), item));
      return {};
    }
    for (std::size_t i = 0; i < tags->size(); ++i) console_.Output(TagsJson(path.string(), (*tags)[i], i));
    console_.Output(TagsJson(path.string(), item));
    return {};
  }

  // Says what all photos so far are together.
  void PrintItem(const std::string& name) {
    if (views_.empty()) return;
    const ItemTags item = FuseViews(tagger_.card(), views_);
    console_.Output(json() ? TagsJson(name, item) : TagTable(Text(name, " (", item.views, " photos)"), item));
  }

  // The failure that has not been said yet, so that the program ends with its code.
  Status End() const { return last_failure_ ? Status(tl::unexpected(*last_failure_)) : Status(); }

 private:
  bool json() const { return console_.mode() == OutputMode::kJson; }

  // One unreadable photo does not end the run. The last one is left for the end, which says it.
  Status Failed(const Error& error) {
    if (last_failure_) console_.ShowError(*last_failure_);
    last_failure_ = error;
    return {};
  }

  Status PrintBatch(const std::vector<std::filesystem::path>& photos,
                    std::size_t first,
                    const std::vector<Result<Image>>& images) {
    std::vector<Image> readable;
    for (const Result<Image>& image : images)
      if (image) readable.push_back(*image);
    const auto tags = tagger_.Tag(readable, StopsOnly());
    if (!tags) return Forward(tags);
    std::size_t next = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
      if (!images[i]) {
        const Status noted = Failed(images[i].error());
        if (!noted) return Forward(noted);
        continue;
      }
      const ViewTags& view = (*tags)[next++];
      const std::string path = photos[first + i].string();
      if (flags_.item) views_.push_back(view);
      if (flags_.item && !json()) continue;
      console_.Output(json() ? TagsJson(path, view) : TagTable(path, FuseViews(tagger_.card(), {&view, 1})));
    }
    return {};
  }

  const Tagger& tagger_;
  const TagFlags& flags_;
  Console& console_;
  std::vector<ViewTags> views_;  // of the item, with --item
  std::optional<Error> last_failure_;
};

Status RunTag(const TagFlags& flags, Console& console) {
  const Result<Tagger> tagger = LoadTagger(flags.recognition, console);
  if (!tagger) return Forward(tagger);
  TagRun run(*tagger, flags, console);
  std::vector<std::string> photos;
  for (std::size_t i = 0; i <= flags.sources.size(); ++i) {
    const bool rview = i < flags.sources.size() && catalog::IsRview(flags.sources[i]);
    if (i < flags.sources.size() && !rview) {
      photos.push_back(flags.sources[i]);
      continue;
    }
    const auto paths = catalog::ExpandPhotos(photos);
    if (!paths) return Forward(paths);
    photos.clear();
    if (const Status done = run.Photos(*paths); !done) return Forward(done);
    if (!rview) break;
    if (const Status done = run.Rview(flags.sources[i]); !done) return Forward(done);
  }
  if (flags.item) run.PrintItem(flags.sources.front());
  return run.End();
}

}  // namespace

Runner DeclareTag(CLI::App& app) {
  const auto flags = std::make_shared<TagFlags>();
  app.add_option("SOURCE", flags->sources, "Photos, folders of photos, or .rview files")->required();
  app.add_flag("--item", flags->item, "The photos show one item: say what it is, from all of them together");
  AddRecognitionFlags(app, flags->recognition);
  return [flags](Console& console) { return RunTag(*flags, console); };
}

}  // namespace rv::cli
