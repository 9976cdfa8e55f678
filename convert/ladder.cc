#include "convert/ladder.h"

#include <utility>

#include "convert/colmap_mapper.h"

namespace rv::internal {
namespace {

// What the rungs found so far, for the seller.
struct Findings {
  std::vector<std::string> texts;

  void Add(const std::vector<std::string>& more) { texts.insert(texts.end(), more.begin(), more.end()); }
};

// Tier 1.
Result<RotatingView> BuildFullPath(const Sweep& sweep,
                                   const ConvertOptions& options,
                                   const Progress& progress,
                                   Findings& findings) {
  const auto reconstruct = options.mapper == kMapperColmap ? ReconstructWithColmap : ReconstructSweep;
  const Result<ReconstructResult> posed = reconstruct(sweep, options.reconstruct, progress);
  if (!posed) return Forward(posed);
  findings.Add(posed->findings);
  const Result<Orbit> orbit = EstimateOrbit(posed->reconstruction, sweep, options.orbit);
  if (!orbit) return Forward(orbit);
  return BuildSpin(sweep, posed->reconstruction, *orbit, options.spin, progress);
}

}  // namespace

Result<RotatingView> BuildOnLadder(const Sweep& sweep, const ConvertOptions& options, const Progress& progress) {
  Findings findings;
  Result<RotatingView> view = BuildFullPath(sweep, options, progress, findings);
  if (!view && view.error().code == ErrorCode::kInsufficientData) {
    const std::string reason = view.error().message;
    findings.texts.push_back("no 3D path: " + reason);
    view = BuildFlatSpin(sweep, options.flat, progress);
  }
  if (!view) return view;
  findings.Add(view->coverage.findings);
  view->coverage.findings = std::move(findings.texts);
  return view;
}

}  // namespace rv::internal
