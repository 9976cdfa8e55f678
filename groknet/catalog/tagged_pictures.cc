#include "groknet/catalog/tagged_pictures.h"

#include <algorithm>

#include "base/text.h"
#include "groknet/catalog/photos.h"
#include "groknet/index/tag_lines.h"
#include "groknet/recognition/fusion.h"

namespace rv::catalog {
namespace {

constexpr std::size_t kValuesKept = 5;
constexpr double kWorthKeeping = 0.05;
constexpr double kColorShare = 0.2;  // of the item; smaller ones are no word to find it by

// The entry of a photo, or of a view of an item.
IndexEntry EntryOf(const std::string& source, const ItemTags& item, const Embedding& embedding) {
  IndexEntry entry{
      .id = IdOfPath(source), .path = source, .title = item.title, .embedding = embedding.values};
  entry.attributes.push_back({"vertical", item.vertical, item.vertical_probability});
  for (const AttributeTags& attribute : item.attributes) {
    if (attribute.applicability < kApplicabilityForPeople) continue;
    for (std::size_t i = 0; i < std::min(kValuesKept, attribute.values.size()); ++i) {
      const ValueProbability& value = attribute.values[i];
      if (i > 0 && value.probability < kWorthKeeping) break;
      entry.attributes.push_back({attribute.name, value.value, std::clamp(value.probability, 0.0, 1.0)});
    }
  }
  for (const MeasuredColor& color : item.colors)
    if (color.share >= kColorShare) entry.tags.push_back(color.term);
  return entry;
}

Status AddPhotos(const Tagger& tagger,
                 const std::string& source,
                 const RecognitionOptions& options,
                 const Progress& progress,
                 std::vector<IndexEntry>& entries) {
  const auto photos = ExpandPhotos({source});
  if (!photos) return Forward(photos);
  return DecodeInBatches(
      *photos, options, progress,
      [&](std::size_t first, const std::vector<Result<Image>>& decoded) -> Status {
        std::vector<Image> images;
        for (const Result<Image>& image : decoded) {
          if (!image) return Forward(image);
          images.push_back(*image);
        }
        const auto tags = tagger.Tag(images, progress);
        if (!tags) return Forward(tags);
        for (std::size_t i = 0; i < tags->size(); ++i)
          entries.push_back(EntryOf((*photos)[first + i].string(), FuseViews(tagger.card(), {&(*tags)[i], 1}),
                                    (*tags)[i].embedding));
        return {};
      });
}

Status AddViews(const Tagger& tagger,
                const std::string& source,
                const RecognitionOptions& options,
                const Progress& progress,
                std::vector<IndexEntry>& entries) {
  const Result<std::vector<Image>> images = ReadRviewViews(source, options.threads);
  if (!images) return Forward(images);
  const auto tags = tagger.Tag(*images, progress);
  if (!tags) return Forward(tags);
  const ItemTags item = FuseViews(tagger.card(), *tags);
  for (std::size_t i = 0; i < tags->size(); ++i) {
    entries.push_back(EntryOf(source, item, (*tags)[i].embedding));
    entries.back().path = PathOfView(source, i);
  }
  return {};
}

}  // namespace

Result<TaggedPictures> TagPictures(const Tagger& tagger,
                                   const std::vector<std::string>& sources,
                                   const RecognitionOptions& options,
                                   const Progress& progress) {
  const ModelCard& card = tagger.card();
  TaggedPictures tagged{.model = {.name = Text(card.name, " ", card.version),
                                  .exact_cosine = card.exact_cosine,
                                  .similar_cosine = card.similar_cosine},
                        .entries = {}};
  for (const std::string& source : sources) {
    const auto add = IsRview(source) ? AddViews : AddPhotos;
    if (const Status added = add(tagger, source, options, progress, tagged.entries); !added)
      return Forward(added);
  }
  return tagged;
}

}  // namespace rv::catalog
