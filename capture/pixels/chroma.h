// Rows of deep Y'CbCr frames at full chroma resolution, without a pass over the whole frame.
#pragma once

#include <cstdint>
#include <vector>

struct AVFrame;

namespace rv::pixels {

// Reads frames of more than 8 bits in 16-bit words, planar or with interleaved chroma, 4:2:0, 4:2:2 or 4:4:4.
// Chroma in between is linear, by the frame's chroma location.
class ChromaReader {
 public:
  explicit ChromaReader(const AVFrame& frame);
  // False when the frame's format is not one of those.
  bool usable() const { return usable_; }
  void ReadRow(int y);
  // Samples of the row last read, frame.width each.
  const std::uint16_t* luma() const { return rows_[0].data(); }
  const std::uint16_t* cb() const { return rows_[1].data(); }
  const std::uint16_t* cr() const { return rows_[2].data(); }

 private:
  struct Component {
    const std::uint8_t* data = nullptr;
    int stride = 0;
    int step = 2;
    int shift = 0;
  };
  // The first `count` samples of row y, one a word.
  void Words(const Component& c, int y, int count, std::uint16_t* out) const;
  void ReadChroma(int component, int y);

  const AVFrame& frame_;
  bool usable_ = false;
  int log2_width_ = 0;
  int log2_height_ = 0;
  bool sited_top_ = false;  // chroma rows lie on every second luma row, not between two
  Component components_[3];
  std::vector<std::uint16_t> rows_[3];
  std::vector<std::uint16_t> blended_;
  std::vector<std::uint16_t> second_;
};

}  // namespace rv::pixels
