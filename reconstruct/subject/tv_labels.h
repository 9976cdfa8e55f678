// Two-label segmentation as a convex problem: minimize sum g |grad u| + sum f u over u in [0, 1] (Unger, Pock, Trobin,
// Cremers, Bischof, "TVSeg", BMVC 2008), by the primal-dual method of Chambolle and Pock, "A first-order primal-dual
// algorithm for convex problems", JMIV 2011. A threshold of u is a minimal cut (Chan, Esedoglu, Nikolova, SIAM J. Appl.
// Math. 2006). The number of steps is fixed: the same input gives the same labels.
#pragma once

#include <vector>

namespace rv::subject {

// Row-major; `depth` 1 for pictures.
struct GridSize {
  int width = 0;
  int height = 0;
  int depth = 1;
  std::size_t Count() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(depth);
  }
};

// `cost`: f, the cost of label 1 against label 0. `edge`: g, of a boundary at the cell of a picture; empty = 1 everywhere, as in a volume. `start`:
// u to begin with; empty = 0.5.
std::vector<float> SolveLabels(const GridSize& size,
                               const std::vector<float>& cost,
                               const std::vector<float>& edge,
                               std::vector<float> start,
                               int steps);

}  // namespace rv::subject
