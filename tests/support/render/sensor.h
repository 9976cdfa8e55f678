// What the camera makes of the light: exposure and white balance that drift, vignette, noise.
#pragma once

#include "tests/support/render/capture_path.h"
#include "tests/support/render/shading.h"

namespace rv::synthetic {

// The light as it is: a faultless sensor.
LinearImage ToLinear(const LinearPicture& picture);

class Sensor {
 public:
  explicit Sensor(const SweepScene& scene);
  LinearImage Expose(const LinearPicture& picture, const Camera& camera, int frame, double time_s) const;

 private:
  SweepScene scene_;
  Wave exposure_, red_, blue_;
};

}  // namespace rv::synthetic
