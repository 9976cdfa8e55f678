// Photos (a folder's, a ZIP's, or one) to a Sweep: every readable one is kept.
#pragma once

#include <string>

#include "capture/capture.h"
#include "capture/input/sniff.h"
#include "capture/photos/folder.h"

namespace rv::capture {

Result<CaptureResult> CapturePhotoFolder(const photos::FolderContents& folder,
                                         const std::string& name,
                                         const CaptureOptions& options,
                                         const Progress& progress);
Result<CaptureResult> CapturePhotoZip(const input::OpenFile& file,
                                      const std::string& name,
                                      const CaptureOptions& options,
                                      const Progress& progress);
// A sweep of one frame.
Result<CaptureResult> CaptureSinglePhoto(const std::filesystem::path& path,
                                         const CaptureOptions& options,
                                         const Progress& progress);

}  // namespace rv::capture
