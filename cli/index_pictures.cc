#include "cli/index_pictures.h"

namespace rv::cli {

Result<TaggedPictures> TagPictures(const std::vector<std::filesystem::path>& /*sources*/,
                                   Console& /*console*/) {
  return Fail(ErrorCode::kUnsupported, "this rotaview was built without a recognition model",
              "give the output of rotaview tag --json with --from");
}

}  // namespace rv::cli
