// Converts a clip, a folder of photos or a ZIP of photos: example_convert_clip SOURCE OUT.rview
#include <iostream>
#include <string>
#include <string_view>

#include "convert/convert.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: example_convert_clip SOURCE OUT.rview\n";
    return 2;
  }
  rv::ConvertOptions options;
  options.spin.views = 36;       // 0 takes the number from options.spin.spacing_deg
  options.keep_sources = false;  // a smaller file, but exported models have no pictures

  const rv::Progress progress = [](std::string_view stage, double fraction) {
    std::cerr << '\r' << stage << ' ' << static_cast<int>(100 * fraction) << " %    ";
    return true;  // false cancels the conversion
  };

  const rv::Result<rv::ConvertResult> result = rv::Convert(argv[1], argv[2], options, progress);
  if (!result) {
    std::cerr << '\n' << result.error().message << '\n' << result.error().remedy << '\n';
    return rv::ExitCode(result.error().code);
  }
  const rv::RotatingView& view = result->view;
  std::cout << view.views.size() << " views on tier " << static_cast<int>(view.tier) << ", " << result->posed
            << " of " << result->frames << " frames posed\n";
  for (const std::string& finding : view.coverage.findings) std::cout << "- " << finding << '\n';
}
