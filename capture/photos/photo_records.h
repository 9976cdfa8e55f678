// What a decoding process reports of one photo: the records and their layout.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/sandbox/sandbox.h"
#include "capture/sandbox/wire.h"
#include "capture/still/still.h"
#include "scene/image.h"

namespace rv::photos {

// Both records begin with the photo's index, 32 bits.
enum PhotoRecord : std::uint32_t { kRecordPhoto = 2, kRecordUnreadable = 3 };

struct DecodedPhoto {
  bool readable = false;
  Error error;         // why not
  EncodedImage image;  // upright JPEG
  EncodedImage matte;  // PNG, or empty
  Image luma;
  still::StillMetadata metadata;
  std::vector<std::string> remarks;
};

// In the decoding process. `total` is how many photos the capture has, which decides the JPEG quality.
void SendPhoto(sandbox::RecordSink& sink, std::uint32_t index, const still::Still& still, std::size_t total);
void SendUnreadable(sandbox::RecordSink& sink, std::uint32_t index, const Error& error);

// In its parent, from behind the index. ReadPhoto fails with kCorrupt on what SendPhoto cannot have sent.
Result<DecodedPhoto> ReadPhoto(sandbox::WireReader& record);
Error ReadUnreadable(sandbox::WireReader& record);

}  // namespace rv::photos
