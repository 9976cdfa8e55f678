// The writers behind Export (publish/export.h), one for each format. Each checks what it needs, writes aside
// and renames; Export has validated the options.
#pragma once

#include <filesystem>

#include "publish/export.h"

namespace rv::publish {

using Writer = Status (*)(const RotatingView&,
                          const std::filesystem::path&,
                          const ExportOptions&,
                          const Progress&);

Status WriteWebPage(const RotatingView&, const std::filesystem::path&, const ExportOptions&, const Progress&);
Status WriteFrameFolder(const RotatingView&,
                        const std::filesystem::path&,
                        const ExportOptions&,
                        const Progress&);
Status WriteMp4(const RotatingView&, const std::filesystem::path&, const ExportOptions&, const Progress&);
Status WriteWebm(const RotatingView&, const std::filesystem::path&, const ExportOptions&, const Progress&);
Status WriteGif(const RotatingView&, const std::filesystem::path&, const ExportOptions&, const Progress&);
Status WriteWebpAnimation(const RotatingView&,
                          const std::filesystem::path&,
                          const ExportOptions&,
                          const Progress&);
Status WriteColmapModel(const RotatingView&,
                        const std::filesystem::path&,
                        const ExportOptions&,
                        const Progress&);
Status WriteTransforms(const RotatingView&,
                       const std::filesystem::path&,
                       const ExportOptions&,
                       const Progress&);
// Of a mesh that is written, `rules` is told how well its silhouettes agree.
Status WriteGlb(const RotatingView&,
                const std::filesystem::path&,
                const ExportOptions&,
                const Progress&,
                const RuleReport&);
Status WriteUsdz(const RotatingView&,
                 const std::filesystem::path&,
                 const ExportOptions&,
                 const Progress&,
                 const RuleReport&);
Status WritePoster(const RotatingView&, const std::filesystem::path&, const ExportOptions&, const Progress&);

// Of the shop of that name (publish/shops/shop_rules.h); tells each rule before it writes or refuses.
Status WriteShopPackage(std::string_view shop,
                        const RotatingView&,
                        const std::filesystem::path&,
                        const ExportOptions&,
                        const Progress&,
                        const RuleReport&);
Status WritePointCloud(const RotatingView&,
                       const std::filesystem::path&,
                       const ExportOptions&,
                       const Progress&);

}  // namespace rv::publish
