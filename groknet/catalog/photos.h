// The pictures that a list of photos, folders and .rview files stands for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "groknet/catalog/recognition_options.h"
#include "scene/image.h"

namespace rv::catalog {

// Whether the path is an .rview, by its name.
bool IsRview(const std::filesystem::path& path);

// The photos that arguments name: files as they are, folders by what is in them. Fails as ListPhotos.
Result<std::vector<std::filesystem::path>> ExpandPhotos(const std::vector<std::string>& arguments);

// Takes decoded photos, those from number `first` of the list on; unreadable ones as their error.
using TakePhotos = std::function<Status(std::size_t first, const std::vector<Result<Image>>& photos)>;

// Decodes the photos some at a time, cut to options.crop, and hands them to `take` in order. Fails with
// kInvalidArgument for a crop that is no part of a photo, as DecodePhotoFiles, or with what `take` fails with.
Status DecodeInBatches(const std::vector<std::filesystem::path>& photos,
                       const RecognitionOptions& options,
                       const Progress& progress,
                       const TakePhotos& take);

// The views of an .rview, decoded, in order (groknet/recognition/spin_views.h). Fails as ReadRview, with
// kInsufficientData for a file without views.
Result<std::vector<Image>> ReadRviewViews(const std::filesystem::path& path, int threads);

}  // namespace rv::catalog
