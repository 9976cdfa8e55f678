// The search for the item in all frames at once: colors, edges and sparse points say for each pixel
// whether it shows the item; the hull of what they say, seen in each frame, is evidence for its pixels again. After
// Campbell, Vogiatzis, Hernandez and Cipolla, "Automatic 3D object segmentation in multiple views using volumetric
// graph-cuts", Image and Vision Computing 2010. Internal to reconstruct/: shows cv::Mat, include it from .cc files only.
#pragma once

#include "reconstruct/subject/behind_view.h"
#include "reconstruct/subject/place.h"
#include "reconstruct/subject/same_color.h"
#include "reconstruct/subject/seen_frame.h"

namespace rv::subject {

class ItemSearch {
 public:
  // `frames` and the others must outlive the search.
  ItemSearch(const std::vector<SeenFrame>& frames,
             const Reconstruction& reconstruction,
             const SearchPlace& place,
             int threads);
  void Run();
  // The first rounds alone: where the item is, roughly. Gives no mattes.
  void Glance();

  const Volume& volume() const { return volume_; }
  const std::vector<float>& hull() const { return hull_; }  // per cell, 0 to 1
  const SameColor& same_color() const { return same_; }     // per cell
  const Shells& hull_shell() const { return hull_shell_; }  // after Run: the same, to be looked at
  // Of the frames searched in, per pixel, 0 to 1.
  const std::vector<std::vector<float>>& labels() const { return labels_; }
  // After Run: of any frame, at any size. Per pixel, 0 to 1: its label, and the hull.
  struct Labels {
    std::vector<float> item, hull;
  };
  Labels Label(const SeenFrame& frame) const;

 private:
  // What is known of a frame, per pixel, and the colors behind the item there.
  struct Evidence {
    std::vector<float> hull, core, near, reach, points;
    std::vector<float> behind_seen;  // SeenBehind
    std::vector<float> same;         // looks through a cell of the hull that has one color
    ColorHistogram behind;
  };
  enum class Stage { kFirst, kLater, kLast };

  void LocateCells();
  void RunRound(int number);
  // The hull's core, itself, grown a little, grown as far as the item may reach.
  Shells ShellsOf(int reach, bool first) const;
  std::vector<float> SeenSame(const SeenFrame& frame) const;
  // What each frame sees behind the item of another.
  std::vector<std::vector<float>> CoveredByItem(const std::optional<Floor>& floor) const;
  std::vector<float> LookBehind(const SeenFrame& frame,
                                const Evidence& own,
                                const std::vector<std::vector<float>>& covered,
                                const std::optional<Floor>& floor,
                                int step) const;
  // The hull is looked at for one pixel in `step` by `step`.
  Evidence Gather(const SeenFrame& frame, const Shells& shells, int step) const;
  void Learn(const Shells& shells, Stage stage, bool look_behind);
  void OccupyCells();
  float OnItem(const SeenFrame& frame,
               const Evidence& own,
               const std::vector<float>& labels,
               std::size_t p,
               Stage stage) const;
  float Behind(const Evidence& own, const std::vector<float>& labels, std::size_t p, Stage stage) const;
  // `unlike`: if given, set to how far each pixel's color is none of the background there, 0 to 1.
  std::vector<float> Solve(const SeenFrame& frame,
                           const Evidence& own,
                           std::vector<float> labels,
                           Stage stage,
                           std::vector<float>* unlike = nullptr) const;
  void Carve(const Shells& shells, double tolerated, const std::vector<std::vector<float>>& unlike);

  const std::vector<SeenFrame>& frames_;
  const Reconstruction& reconstruction_;
  const SearchPlace& place_;
  int threads_;
  Volume volume_;
  std::vector<float> hull_;
  std::vector<std::vector<float>> labels_;
  std::vector<Evidence> evidence_;
  std::vector<std::vector<int>> pixels_;  // per frame and cell
  std::vector<Eigen::Vector3d> points_;   // of the reconstruction
  std::vector<float> judged_;             // per sparse point
  std::vector<char> occupied_;            // per cell
  SameColor same_;                        // per cell of the hull
  ColorHistogram item_, all_behind_;      // the latter not finished
  Shells last_, hull_shell_;
  std::vector<std::vector<float>> last_covered_;
  std::optional<Floor> last_floor_;
};

}  // namespace rv::subject
