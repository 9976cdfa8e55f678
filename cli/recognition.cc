#include "cli/recognition.h"

#include "cli/option_flags.h"

namespace rv::cli {

void AddRecognitionFlags(CLI::App& app, catalog::RecognitionOptions& options) {
  AddOptionFlags(app, catalog::RecognitionOptionTable(), options, FlagStyle::kParser);
  app.add_option("--crop", options.crop,
                 "Look at this part of each photo only: shares of its width and height from the left and top")
      ->type_name("LEFT,TOP,WIDTH,HEIGHT")
      ->delimiter(',')
      ->expected(4);
}

Result<Tagger> LoadTagger(const catalog::RecognitionOptions& options, Console& console) {
  Result<Tagger> tagger = catalog::LoadTagger(options);
  if (!tagger) return Forward(tagger);
  console.Note(catalog::DeviceNote(tagger->device()));
  return tagger;
}

}  // namespace rv::cli
