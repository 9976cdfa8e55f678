// The `rotaview` command: the dispatcher and the one place where errors become exit codes.
#if defined(__linux__)
#include <malloc.h>
#endif

#include <glog/logging.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <string_view>

#include "base/log.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "convert/versions.h"

namespace rv::cli {
namespace {

constexpr Command kCommands[] = {
    {"convert", "Turn a clip or photos of an item into a Rotating View (.rview)",
     "Examples:\n"
     "  rotaview convert shoe.mp4 -o shoe.rview\n"
     "  rotaview convert photos/ -o shoe.rview --export html=shoe.html\n"
     "  rotaview convert shoe.mp4 -o shoe.rview --views 36 --export mp4=spin.mp4 --export colmap=model/\n"
     "  rotaview convert shoe.mp4 -o shoe.rview --json | jq -r 'select(.event == \"result\").tier'\n",
     DeclareConvert},
    {"info", "Say what is in an .rview and whether it is sound",
     "Examples:\n"
     "  rotaview info shoe.rview\n"
     "  rotaview info shoe.rview --strict          every bit of the file, every picture\n"
     "  rotaview info shoe.rview --json | jq .manifest.coverage\n",
     DeclareInfo},
    {"export", "Write an .rview as a page, pictures, a video or a 3D model",
     "Examples:\n"
     "  rotaview export shoe.rview html shoe.html\n"
     "  rotaview export shoe.rview frames frames/ --picture jpeg --quality 85\n"
     "  rotaview export shoe.rview mp4 shoe.mp4\n"
     "  rotaview export shoe.rview amazon B0ABCDEF12.zip\n"
     "  rotaview export shoe.rview google shop/ --url-base https://example.com/shoe --glb shoe.glb\n"
     "  rotaview export shoe.rview poster shoe.jpg --background white\n"
     "  rotaview export shoe.rview colmap model/ --no-images\n"
     "Shops (amazon, walmart, google, json-ld): each rule of the shop is checked; what is not met is said, "
     "and nothing is\n"
     "written unless --anyway is given. docs/shops.md lists the rules with their sources.\n",
     DeclareExport},
    {"render", "Draw an .rview from any camera near its captured ones",
     "Examples:\n"
     "  rotaview export shoe.rview nerf model/ && rotaview render shoe.rview --cameras model/transforms.json "
     "-o again/\n"
     "  rotaview render shoe.rview --cameras path.json -o pictures/ --json\n",
     DeclareRender},
    {"tag", "Say what photos, or the views of an .rview, show",
     "Examples:\n"
     "  rotaview tag shirt.jpg\n"
     "  rotaview tag photos/ --json | jq -r '[.path, .attributes.base_colour[0].value] | @tsv'\n"
     "  rotaview tag shoe.rview --json | jq -r 'select(.item).title'\n",
     DeclareTag},
    {"doctor", "Say which devices and which recognition model are used here, and why",
     "Examples:\n"
     "  rotaview doctor\n"
     "  rotaview doctor --device webgpu --json\n",
     DeclareDoctor},
    {"index", "Keep an index of products and find the same and similar ones in it",
     "Examples:\n"
     "  rotaview index add shop.index photos/*.jpg\n"
     "  rotaview index add shop.index front.jpg back.jpg --id shirt-17 --tags shirt-17.json\n"
     "  rotaview index search shop.index phone.jpg --k 5 --filter base_colour=Red\n"
     "  rotaview index search shop.index shoe.rview --json | jq -r '.matches[].id'\n"
     "  rotaview index search shop.index --text \"navy checked shirt\"\n"
     "  rotaview tag photos/ --json > tags.jsonl; rotaview index add shop.index --from tags.jsonl\n"
     "  rotaview index delete shop.index shirt-17\n",
     DeclareIndex},
};

constexpr const char* kAbout =
    "Rotaview turns a phone sweep of an item into a Rotating View: a smooth, steady, evenly spaced\n"
    "picture that a buyer drags round.\n\n"
    "Start with:  rotaview convert CLIP_OR_FOLDER -o item.rview --export html=item.html\n"
    "and open item.html in a browser.";

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 internal, 2 invalid argument, 3 not found, 4 corrupt, 5 unsupported,\n"
    "6 insufficient data, 7 device, 130 cancelled.";

struct CommonFlags {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};

// --json is looked for before parsing, so that a parse error comes as JSON too.
bool AsksForJson(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc,
                     [](const char* arg) { return std::string_view(arg) == "--json"; });
}

int Finish(Console& console, const Error& error) {
  // A decoder or COLMAP ended by the same Ctrl-C reports a failure of its own.
  if (Interrupted() && error.code != ErrorCode::kCancelled) return Finish(console, Cancelled().value());
  console.ShowError(error);
  return ExitCode(error.code);
}

// The parser itself would only say that a sub-command is missing.
Status CheckCommandName(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::string names;
  for (const Command& command : kCommands) {
    if (argv[1] == std::string_view(command.name)) return {};
    names += (names.empty() ? "" : ", ") + std::string(command.name);
  }
  return Fail(ErrorCode::kInvalidArgument, Text("no command '", argv[1], "'"), Text("choose one of ", names));
}

int Run(int argc, char** argv) {
  CLI::App app(kAbout, "rotaview");
  app.set_version_flag("--version", "rotaview " + RotaviewVersion());
  app.require_subcommand(1);
  app.footer(kExitCodes);
  CommonFlags flags;
  Runner chosen;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    sub->footer(command.examples);
    Runner runner = command.declare(*sub);
    sub->add_flag("--json", flags.json, "One JSON object a line on stdout instead of text");
    sub->add_flag("-q,--quiet", flags.quiet, "Say nothing but errors and results");
    sub->add_flag("--verbose", flags.verbose, "Say what each stage finds");
    sub->callback([&chosen, runner = std::move(runner)] { chosen = runner; });
  }
  const OutputMode mode = AsksForJson(argc, argv) ? OutputMode::kJson : OutputMode::kText;
  if (const Status named = CheckCommandName(argc, argv); !named) {
    Console console(mode, false);
    return Finish(console, named.error());
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    Console console(mode, false);
    return Finish(console, {ErrorCode::kInvalidArgument, error.what(), "see rotaview --help", {}});
  }
  Console console(mode, flags.quiet);
  SetLogLevel(flags.verbose ? LogLevel::kVerbose : LogLevel::kQuiet);
  CatchInterrupts();
  try {
    const Status status = chosen(console);
    console.EndProgress();
    return status ? 0 : Finish(console, status.error());
  } catch (const std::exception& failure) {
    return Finish(
        console, {ErrorCode::kInternal, failure.what(), "this is a fault of rotaview; please report it", {}});
  }
}

}  // namespace
}  // namespace rv::cli

int main(int argc, char** argv) {
#if defined(__GLIBC__)
  // Picture pyramids are taken and given back for every frame: keeping the pages saves a twentieth of the
  // time.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
#endif
  rv::KeepLibrariesOnOneThread();
  FLAGS_minloglevel = google::GLOG_FATAL;  // Ceres would write its own lines among ours
  return rv::cli::Run(argc, argv);
}
