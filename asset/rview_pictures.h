// The pictures of an `.rview`: what each view and each captured frame may have, under which key of the manifest and in
// which folder of the archive. Writer, reader and checks go through these tables.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "scene/rotating_view.h"

namespace rv::asset {

struct ViewPicture {
  std::string_view key, folder, what;
  EncodedImage View::*image;
  bool of_view_size;  // else of any size
};
inline constexpr std::array<ViewPicture, 5> kViewPictures{{
    {"image", "views", "picture", &View::image, true},
    {"provenance", "provenance", "provenance mask", &View::provenance, true},
    {"depth", "depth", "depth", &View::depth, false},
    {"blend", "blend", "blend weights", &View::blend, true},
    {"matte", "mattes", "matte", &View::matte, true},
}};

struct FramePicture {
  std::string_view key, folder, what;
  EncodedImage SourceFrame::*image;
};
inline constexpr std::array<FramePicture, 4> kFramePictures{{
    {"matte", "source_mattes", "matte", &SourceFrame::matte},
    {"depth", "source_depth", "depth", &SourceFrame::depth},
    {"depth_confidence", "source_depth_confidence", "depth confidence", &SourceFrame::depth_confidence},
    {"image", "sources", "picture", &SourceFrame::image},  // last: the largest
}};
// Rows of the tables that callers need by name.
inline constexpr std::size_t kImageRow = 0, kProvenanceRow = 1, kFrameImageRow = 3;
static_assert(kViewPictures[kImageRow].image == &View::image);
static_assert(kViewPictures[kProvenanceRow].image == &View::provenance);
static_assert(kFramePictures[kFrameImageRow].image == &SourceFrame::image);

using ViewFiles = std::array<std::string, kViewPictures.size()>;  // "" where there is none
using FrameFiles = std::array<std::string, kFramePictures.size()>;

// Names within the archive.
std::string FileName(const ViewPicture& picture, std::size_t view, std::string_view format);
std::string FileName(const FramePicture& picture, std::string_view frame_name, std::string_view format);

}  // namespace rv::asset
