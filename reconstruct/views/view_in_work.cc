#include "reconstruct/views/view_in_work.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <memory>

#include "reconstruct/spin/item_frame.h"
#include "reconstruct/views/backdrop.h"
#include "reconstruct/views/hole_fill.h"
#include "reconstruct/views/item_layer.h"
#include "reconstruct/views/item_mix.h"
#include "reconstruct/views/matte_edges.h"
#include "reconstruct/views/paint_masks.h"
#include "reconstruct/views/second_source.h"
#include "reconstruct/views/view_depth.h"
#include "scene/background.h"

namespace rv::views {
namespace {

constexpr double kMainBar = 0.003,
                 kFillBar = 0.012;   // of a frame: about the item there is no background for others
constexpr double kLeastOpen = 2e-4;  // of a view: less is not worth another source

// One view while it is made.
class ViewInWork {
 public:
  ViewInWork(const ViewInput& in, const std::vector<Image>& mattes, int index, SourcePictures& pictures)
      : in_(in),
        mattes_(mattes),
        plan_(in.plan),
        planned_(in.plan.views[index]),
        stop_(in.plan.path.stops[index]),
        pictures_(pictures),
        pixels_(spin::MakeViewPixels(in.plan.frame)) {}

  Status Make(View& view, double& captured) {
    const int main = planned_.sources.front();
    const bool apart = !in_.depths[main].item.empty();
    const bool by_depth = !in_.depths[main].behind.empty();
    const std::unique_ptr<Item> item = apart ? FindItem(by_depth) : nullptr;
    if (const Status drawn = by_depth
                                 ? DrawBehind(apart ? item->layer->Covered()
                                                    : Image::Make(plan_.frame.width, plan_.frame.height, 1))
                                 : DrawMeshes(apart);
        !drawn)
      return drawn;
    if (apart) {
      if (plan_.item_framed && in_.options.backdrop) Continue(false);
      if (const Status drawn = PaintItem(*item); !drawn) return drawn;
      if (const Status mixed = MixInSecond(); !mixed) return mixed;
    }
    captured = spin::CapturedShare(pixels_.provenance);
    if (!apart && plan_.item_framed && in_.options.backdrop && captured < 1) Continue(true);
    if (KnowsItem()) {
      SharpenMatte(pixels_.image, MattePixel(), pixels_.matte);
      view.matte = EncodePng(pixels_.matte);
      Replace();
    }
    view.image = pixels_.image.channels == 4 ? EncodeWebp(pixels_.image, in_.options.jpeg_quality)
                                             : EncodeJpeg(pixels_.image, in_.options.jpeg_quality);
    view.provenance = EncodePng(pixels_.provenance);
    if (!blend_.empty()) view.blend = EncodePng(blend_);
    view.sources = sources_;
    if (in_.options.depth) view.depth = EncodePng16(DepthOfView(plan_, planned_, item_inverse_));
    return {};
  }

 private:
  // Null where there is none.
  const Image* Matte(int source) const {
    const Image& matte = mattes_[source];
    return matte.empty() ? nullptr : &matte;
  }

  std::uint8_t LabelOf(int source) {
    const FrameId frame{plan_.sources[source].frame};
    for (const ViewSource& known : sources_)
      if (known.frame == frame) return static_cast<std::uint8_t>(known.label);
    sources_.push_back({.frame = frame, .label = static_cast<int>(sources_.size()) + 1});
    return static_cast<std::uint8_t>(sources_.back().label);
  }

  // All that the sources' meshes show; without the item where that is drawn apart.
  Status DrawMeshes(bool background_only) {
    for (std::size_t k = 0; k < planned_.warps.size(); ++k) {
      if (k > 0 && spin::CapturedShare(pixels_.provenance) == 1) break;
      const int index = planned_.sources[k];
      const Image* matte = Matte(index);
      std::optional<Image> barred;
      if (matte != nullptr && background_only) {
        barred = spin::GrownMatte(*matte, kMainBar);
      } else if (matte != nullptr && k > 0 && plan_.item_framed) {
        barred = spin::GrownMatte(*matte, kFillBar);
      }
      const Status drawn =
          Draw(index, barred, background_only ? nullptr : matte, [&](const spin::WarpedSource& source) {
            spin::RenderWarp(plan_.grid, plan_.frame, planned_.warps[k], source, pixels_);
          });
      if (!drawn) return drawn;
    }
    return {};
  }

  // What is behind the item, by its depth: from the main source; where that does not show it, from others.
  Status DrawBehind(const Image& covered) {
    const Camera camera = spin::ViewCamera(plan_.frame, plan_.path.focal_px);
    std::vector<int> order{planned_.sources.front()};
    for (const std::vector<int>* more : {&planned_.item_fills, &planned_.sources})
      for (const int index : *more)
        if (!in_.depths[index].behind.empty() && std::find(order.begin(), order.end(), index) == order.end())
          order.push_back(index);
    for (const int index : order) {
      const Image holes = HolesOf(pixels_, covered);
      const auto open = std::count(holes.pixels.begin(), holes.pixels.end(), 255);
      if (static_cast<double>(open) < kLeastOpen * static_cast<double>(holes.pixels.size())) break;
      const spin::SourceCamera& source = plan_.sources[index];
      const synthesis::WarpField field = synthesis::WarpByDepth(
          {.depth = in_.depths[index].behind, .lens = source.camera, .cam_from_world = source.cam_from_world},
          camera, stop_.cam_from_world);
      const bool is_main = index == order.front();
      std::optional<Image> barred;
      if (const Image* matte = Matte(index))
        barred = BarredFor(*matte, in_.depths[index], source.camera, is_main ? kMainBar : kFillBar);
      const Status drawn = Draw(index, barred, nullptr, [&](const spin::WarpedSource& from) {
        // Across steps in depth one frame stretched is calmer than a patchwork of frames.
        if (is_main)
          spin::RenderField(field, synthesis::Cover::kStretched, from, pixels_);
        else
          FillFrom(field, from, holes);
      });
      if (!drawn) return drawn;
    }
    return {};
  }

  void FillFrom(const synthesis::WarpField& field, const spin::WarpedSource& from, const Image& holes) {
    constexpr std::uint8_t kNotWanted = 255;
    spin::ViewPixels other = spin::MakeViewPixels(plan_.frame);
    const Image about = AboutHoles(holes);
    for (std::size_t i = 0; i < about.pixels.size(); ++i)
      if (about.pixels[i] == 0) other.provenance.pixels[i] = kNotWanted;
    spin::RenderField(field, synthesis::Cover::kSeen, from, other);
    for (std::uint8_t& label : other.provenance.pixels)
      if (label == kNotWanted) label = 0;
    FillHoles(other, holes, pixels_);
  }

  // Has `render` draw a source; lists it where it gave pixels.
  template <typename Render>
  Status Draw(int index, const std::optional<Image>& barred, const Image* matte, const Render& render) {
    const double before = spin::CapturedShare(pixels_.provenance);
    const Result<const Image*> picture = pictures_.Of(index);
    if (!picture) return Forward(picture);
    const std::size_t known = sources_.size();
    const std::uint8_t label = LabelOf(index);
    render({.camera = plan_.sources[index].camera,
            .picture = **picture,
            .label = label,
            .barred = barred ? &*barred : nullptr,
            .matte = matte});
    if (sources_.size() > known && spin::CapturedShare(pixels_.provenance) <= before) sources_.pop_back();
    return {};
  }

  ItemSource SourceOf(int index, const Image& matte, const Image& paint) const {
    const spin::SourceCamera& source = plan_.sources[index];
    return {.depth = in_.depths[index].item,
            .lens = source.camera,
            .cam_from_world = source.cam_from_world,
            .matte = matte,
            .paint = paint};
  }

  // The item's layer, and from which sources it is; the first is the main one.
  struct Item {
    std::vector<int> sources;
    Image paint;  // of the main source, with a rim whose pixels hold colors of both; the layer refers to it
    std::optional<ItemLayer> layer;
  };

  // `outlined`: the background is drawn by its depth, and the item ends at its outline. A background that stands still has
  // no depth against a turning item: what is next to the item goes with it; all of it where it is even.
  std::unique_ptr<Item> FindItem(bool outlined) const {
    const int main = planned_.sources.front();
    auto out = std::make_unique<Item>();
    const Image& matte = *Matte(main);
    if (in_.depths[main].even)
      out->paint = Image::Make(matte.width, matte.height, 1, 255);
    else
      out->paint = outlined ? spin::GrownMatte(matte, kMainBar) : Widened(matte);
    std::vector<ItemSource> frames{SourceOf(main, matte, out->paint)};
    std::vector<int> of_frame{main};
    for (const int other : planned_.item_fills) {
      const Image* its = Matte(other);
      if (its == nullptr || in_.depths[other].item.empty()) continue;
      frames.push_back(SourceOf(other, *its, *its));
      of_frame.push_back(other);
    }
    out->layer.emplace(spin::ViewCamera(plan_.frame, plan_.path.focal_px), stop_.cam_from_world, frames[0],
                       frames);
    out->sources.push_back(main);
    for (std::size_t k = 1; k < frames.size(); ++k)
      if (out->layer->Fill(frames[k])) out->sources.push_back(of_frame[k]);
    return out;
  }

  Status PaintItem(const Item& item) {
    for (std::size_t k = 0; k < item.sources.size(); ++k) {
      const Result<const Image*> picture = pictures_.Of(item.sources[k]);
      if (!picture) return Forward(picture);
      item.layer->Paint(k, **picture, LabelOf(item.sources[k]), pixels_);
    }
    item_inverse_ = item.layer->inverse();
    return {};
  }

  Status MixInSecond() {
    const std::optional<SecondSource> second = FindSecondSource(plan_, planned_, stop_, [&](int source) {
      return Matte(source) != nullptr && !in_.depths[source].item.empty();
    });
    if (!second) return {};
    const Result<const Image*> picture = pictures_.Of(second->source);
    if (!picture) return Forward(picture);
    const Image& matte = *Matte(second->source);
    const ItemSource from = SourceOf(second->source, matte, matte);
    const ItemLayer layer(spin::ViewCamera(plan_.frame, plan_.path.focal_px), stop_.cam_from_world, from,
                          {from});
    spin::ViewPixels other = pixels_;
    const std::size_t known = sources_.size();
    const std::uint8_t label = LabelOf(second->source);
    layer.Paint(0, **picture, label, other);
    blend_ = BlendPicture(MixItem(other.image, layer.Shown(), second->weight, pixels_), label);
    if (blend_.empty()) sources_.resize(known);
    return {};
  }

  // The background by another; nobody captured that.
  void Replace() {
    const Background background = *ParseBackground(in_.options.background);
    if (!background.replaces()) return;
    pixels_.image = OverBackground(pixels_.image, pixels_.matte, background);
    for (std::size_t i = 0; i < pixels_.matte.pixels.size(); ++i)
      if (pixels_.matte.pixels[i] < 128) {
        pixels_.provenance.pixels[i] = 0;
        if (!blend_.empty()) std::fill_n(&blend_.pixels[3 * i], 3, std::uint8_t{0});
      }
  }

  bool KnowsItem() const {
    return in_.subject.known && !in_.subject.mattes[plan_.sources[planned_.sources.front()].frame].empty();
  }

  // The width of a pixel of the main source's matte, in the view.
  double MattePixel() const {
    const spin::SourceCamera& source = plan_.sources[planned_.sources.front()];
    const EncodedImage& matte = in_.subject.mattes[source.frame];
    return matte.width > 0 ? plan_.frame.scale * source.camera.width / matte.width : 1;
  }

  // Where nothing was captured, the background's color goes on; `around_item`: the item is in the picture already.
  void Continue(bool around_item) {
    constexpr int kShrink = 4, kGrow = 4;  // the hull's outline is as coarse as its cells
    const Image item = around_item
                           ? spin::HullInView(in_.subject, plan_.path, stop_, plan_.frame, kShrink, kGrow)
                           : Image::Make(1, 1, 1);
    FillBackdrop(pixels_.provenance, item, pixels_.image);
  }

  const ViewInput& in_;
  const std::vector<Image>& mattes_;
  const spin::SpinPlan& plan_;
  const spin::PlannedView& planned_;
  const spin::VirtualStop& stop_;
  SourcePictures& pictures_;
  spin::ViewPixels pixels_;
  std::vector<ViewSource> sources_;
  std::vector<float> item_inverse_;
  Image blend_;  // as View::blend; empty where there is none
};

}  // namespace

Status MakeView(const ViewInput& in,
                const std::vector<Image>& mattes,
                int index,
                SourcePictures& pictures,
                View& view,
                double& captured) {
  return ViewInWork(in, mattes, index, pictures).Make(view, captured);
}

}  // namespace rv::views
