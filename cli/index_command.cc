// `rotaview index add | search | delete | compact | stats`.
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "cli/command.h"
#include "cli/index_text.h"
#include "cli/option_flags.h"
#include "cli/recognition.h"
#include "groknet/catalog/own_tags.h"
#include "groknet/catalog/search_request.h"
#include "groknet/catalog/tagged_pictures.h"
#include "groknet/index/index_json.h"
#include "groknet/index/index_writer.h"
#include "groknet/index/product_index.h"
#include "groknet/index/tag_lines.h"

namespace rv::cli {
namespace {

namespace fs = std::filesystem;

struct IndexFlags {
  fs::path index;
  std::vector<std::string> pictures;
  catalog::RecognitionOptions recognition;
  fs::path from;
  std::string id;
  fs::path tags;
  bool replace = false;
  std::string text;
  catalog::SearchRequest request;
  std::vector<std::string> ids;
  bool strict = false;
};

// Tags photos, folders of photos and .rview files.
Result<catalog::TaggedPictures> TagPictures(const IndexFlags& flags, Console& console) {
  const Result<Tagger> tagger = LoadTagger(flags.recognition, console);
  if (!tagger) return Forward(tagger);
  Result<catalog::TaggedPictures> tagged =
      catalog::TagPictures(*tagger, flags.pictures, flags.recognition, console.StageProgress());
  if (!tagged) return Forward(tagged);
  console.EndProgress();
  return tagged;
}

Status AddOne(const IndexFlags& flags, const catalog::OwnTags& tags, IndexWriter& writer, IndexEntry entry) {
  tags.Apply(entry);
  if (!flags.id.empty()) entry.id = flags.id;
  return writer.Add(std::move(entry), flags.replace ? AddMode::kReplaceProduct : AddMode::kAddPicture);
}

Status RunAdd(const IndexFlags& flags, Console& console) {
  if (flags.pictures.empty() == flags.from.empty())
    return Fail(ErrorCode::kInvalidArgument, "give either photos or --from FILE",
                "see rotaview index add --help");
  const Result<catalog::OwnTags> tags =
      flags.tags.empty() ? catalog::OwnTags() : catalog::OwnTags::Read(flags.tags);
  if (!tags) return Forward(tags);
  catalog::TaggedPictures tagged;
  if (!flags.pictures.empty()) {
    Result<catalog::TaggedPictures> made = TagPictures(flags, console);
    if (!made) return Forward(made);
    tagged = std::move(*made);
  }
  Result<IndexWriter> writer = IndexWriter::Open(flags.index, tagged.model);
  if (!writer) return Forward(writer);
  std::size_t added = 0;
  const auto add = [&](IndexEntry entry) {
    ++added;
    return AddOne(flags, *tags, *writer, std::move(entry));
  };
  for (IndexEntry& entry : tagged.entries)
    if (const Status done = add(std::move(entry)); !done) return Forward(done);
  if (!flags.from.empty())
    if (const Status done = ReadTagLines(flags.from, add); !done) return Forward(done);
  if (const Status saved = writer->Commit(); !saved) return Forward(saved);
  if (console.mode() == OutputMode::kJson)
    console.Output(AddedJson(added));
  else
    console.Note(Text("added ", Count(added, "picture"), " to ", flags.index));
  return {};
}

void PrintMatches(const std::string& query, const std::vector<ProductMatch>& matches, Console& console) {
  const bool json = console.mode() == OutputMode::kJson;
  console.Output(json ? MatchesJson(query, matches) : MatchesText(query, matches));
}

Result<std::vector<catalog::Query>> Queries(const IndexFlags& flags, Console& console) {
  std::vector<catalog::Query> queries;
  const auto add = [&](IndexEntry entry) -> Status {
    catalog::AddView(std::move(entry), flags.request.one_item, queries);
    return {};
  };
  if (!flags.pictures.empty()) {
    Result<catalog::TaggedPictures> tagged = TagPictures(flags, console);
    if (!tagged) return Forward(tagged);
    for (IndexEntry& entry : tagged->entries) (void)add(std::move(entry));
  }
  if (flags.from.empty()) return queries;
  if (const Status read = ReadTagLines(flags.from, add); !read) return Forward(read);
  return queries;
}

Status RunSearch(const IndexFlags& flags, Console& console) {
  const int ways = !flags.pictures.empty() + !flags.from.empty() + !flags.text.empty();
  if (ways != 1)
    return Fail(ErrorCode::kInvalidArgument, "give one of a picture, --from FILE and --text WORDS",
                "see rotaview index search --help");
  const Result<SearchOptions> options = flags.request.Options();
  if (!options) return Forward(options);
  const Result<ProductIndex> index = ProductIndex::Open(flags.index);
  if (!index) return Forward(index);
  if (!flags.text.empty()) {
    const Result<std::vector<ProductMatch>> matches = index->SearchText(flags.text, *options);
    if (!matches) return Forward(matches);
    PrintMatches(flags.text, *matches, console);
    return {};
  }
  const Result<std::vector<catalog::Query>> queries = Queries(flags, console);
  if (!queries) return Forward(queries);
  console.EndProgress();
  for (const catalog::Query& query : *queries) {
    const Result<std::vector<ProductMatch>> matches = index->Search(query.views, *options);
    if (!matches) return Forward(matches);
    PrintMatches(query.name, *matches, console);
  }
  return {};
}

Status RunDelete(const IndexFlags& flags, Console& console) {
  // Opened to read first: a missing index is an error here, not a new one.
  if (const Result<ProductIndex> index = ProductIndex::Open(flags.index); !index) return Forward(index);
  Result<IndexWriter> writer = IndexWriter::Open(flags.index);
  if (!writer) return Forward(writer);
  std::size_t deleted = 0;
  for (const std::string& id : flags.ids) {
    const Result<std::size_t> pictures = writer->Delete(id);
    if (!pictures) return Forward(pictures);
    if (*pictures == 0)
      return Fail(ErrorCode::kNotFound, Text("there is no '", id, "' in ", flags.index),
                  "nothing was deleted");
    deleted += *pictures;
  }
  if (const Status saved = writer->Commit(); !saved) return Forward(saved);
  if (console.mode() == OutputMode::kJson)
    console.Output(DeletedJson(deleted));
  else
    console.Note(Text("deleted ", Count(deleted, "picture")));
  return {};
}

Status RunCompact(const IndexFlags& flags, Console& console) {
  if (const Result<ProductIndex> index = ProductIndex::Open(flags.index); !index) return Forward(index);
  Result<IndexWriter> writer = IndexWriter::Open(flags.index);
  if (!writer) return Forward(writer);
  if (const Status compacted = writer->Compact(); !compacted) return Forward(compacted);
  if (const Status saved = writer->Commit(); !saved) return Forward(saved);
  if (console.mode() == OutputMode::kJson) console.Output(CompactedJson());
  return {};
}

Status RunStats(const IndexFlags& flags, Console& console) {
  const Result<ProductIndex> index = ProductIndex::Open(flags.index);
  if (!index) return Forward(index);
  if (flags.strict)
    if (const Status sound = index->Verify(); !sound) return Forward(sound);
  const auto attributes = index->Attributes();
  if (!attributes) return Forward(attributes);
  const bool json = console.mode() == OutputMode::kJson;
  console.Output(json ? IndexStatsJson(index->Stats(), *attributes) : StatsText(index->Stats(), *attributes));
  return {};
}

using Run = Status (*)(const IndexFlags&, Console&);

CLI::App* AddAction(CLI::App& app, IndexFlags& flags, const char* name, const char* summary) {
  CLI::App* action = app.add_subcommand(name, summary);
  action->fallthrough();  // --json, --quiet and --verbose are the command's
  action->add_option("INDEX", flags.index, "The index, a folder")->required();
  return action;
}

void DeclareAdd(CLI::App& app, IndexFlags& flags) {
  CLI::App* add =
      AddAction(app, flags, "add", "Add photos, or what `rotaview tag --json` printed; makes the index");
  add->add_option("PHOTO", flags.pictures, "Photos, folders of photos or .rview files");
  add->add_option("--from", flags.from, "Lines of rotaview tag --json instead of photos");
  add->add_option("--id", flags.id, "The product's id for all of them (else each file's stem)");
  add->add_option(
      "--tags", flags.tags,
      "JSON lines with title, tags and attributes of your own; of one photo where a line has its path");
  add->add_flag("--replace", flags.replace, "Remove what is there under the same ids first");
  AddRecognitionFlags(*add, flags.recognition);
}

void DeclareSearch(CLI::App& app, IndexFlags& flags) {
  CLI::App* search = AddAction(app, flags, "search", "Find the same and similar products");
  search->add_option("PICTURE", flags.pictures, "Photos (each a query of its own) or a spin (.rview)");
  search->add_option("--from", flags.from, "Lines of rotaview tag --json instead of a picture");
  search->add_option("--text", flags.text, "Words of titles and tags instead of a picture");
  AddOptionFlags(*search, catalog::SearchRequestTable(), flags.request, FlagStyle::kParser);
  AddRecognitionFlags(*search, flags.recognition);
}

}  // namespace

Runner DeclareIndex(CLI::App& app) {
  const auto flags = std::make_shared<IndexFlags>();
  app.require_subcommand(1);
  DeclareAdd(app, *flags);
  DeclareSearch(app, *flags);
  AddAction(app, *flags, "delete", "Remove products")->add_option("ID", flags->ids, "Their ids")->required();
  AddAction(app, *flags, "compact", "Write the index anew without what was deleted");
  AddAction(app, *flags, "stats", "Say what is in an index")
      ->add_flag("--strict", flags->strict, "Check every byte of it");
  const auto run = [&app, flags](Console& console) -> Status {
    constexpr std::pair<const char*, Run> kActions[] = {{"add", RunAdd},
                                                        {"search", RunSearch},
                                                        {"delete", RunDelete},
                                                        {"compact", RunCompact},
                                                        {"stats", RunStats}};
    for (const auto& [name, action] : kActions)
      if (app.got_subcommand(name)) return action(*flags, console);
    return Fail(ErrorCode::kInternal, "no action was chosen");
  };
  return run;
}

}  // namespace rv::cli
