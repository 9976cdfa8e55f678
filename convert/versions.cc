#include "convert/versions.h"

namespace rv {

std::string RotaviewVersion() { return ROTAVIEW_VERSION; }

std::map<std::string, std::string> BuildVersions() {
  return {{"rotaview", ROTAVIEW_VERSION},           {"opencv", ROTAVIEW_OPENCV_VERSION},
          {"ceres", ROTAVIEW_CERES_VERSION},        {"eigen", ROTAVIEW_EIGEN_VERSION},
          {"libavcodec", ROTAVIEW_AVCODEC_VERSION}, {"libheif", ROTAVIEW_HEIF_VERSION}};
}

}  // namespace rv
