// `rotaview index add | search | delete | compact | stats`.
#include <charconv>
#include <cstdio>
#include <map>

#include "cli/command.h"
#include "cli/index_pictures.h"
#include "groknet/index/index_writer.h"
#include "groknet/index/product_index.h"
#include "groknet/index/tag_lines.h"

namespace rv::cli {
namespace {

namespace fs = std::filesystem;

struct IndexFlags {
  fs::path index;
  std::vector<std::string> pictures;
  RecognitionFlags recognition;
  fs::path from;
  std::string id;
  fs::path tags;
  bool replace = false;
  std::string text;
  std::vector<std::string> filters;
  SearchOptions search;
  bool best_view = false;
  bool sweep = false;
  std::vector<std::string> ids;
  bool strict = false;
};

std::string Count(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string Words(const IndexEntry& entry) {
  std::string words = entry.title;
  std::string last;
  for (const IndexAttribute& attribute : entry.attributes) {
    if (attribute.name == last) continue;  // the best value of each
    last = attribute.name;
    if (words.size() < 100) words += (words.empty() ? "" : ", ") + attribute.value;
  }
  for (const std::string& tag : entry.tags)
    if (words.size() < 100) words += (words.empty() ? "" : ", ") + tag;
  return words;
}

// What --tags says of each photo, or of all of them where it names no path, goes before what the model says.
using TagsByPath = std::map<std::string, IndexEntry>;

Result<TagsByPath> ReadTags(const fs::path& file) {
  TagsByPath tags;
  if (file.empty()) return tags;
  const Status read = ReadTagLines(file, [&](IndexEntry entry) -> Status {
    tags[entry.path] = std::move(entry);
    return {};
  });
  if (!read) return Forward(read);
  return tags;
}

void Override(const IndexEntry& said, IndexEntry& entry) {
  if (!said.title.empty()) entry.title = said.title;
  entry.tags.insert(entry.tags.end(), said.tags.begin(), said.tags.end());
  for (const IndexAttribute& attribute : said.attributes)
    std::erase_if(entry.attributes, [&](const IndexAttribute& old) { return old.name == attribute.name; });
  entry.attributes.insert(entry.attributes.begin(), said.attributes.begin(), said.attributes.end());
  if (!said.id.empty()) entry.id = said.id;
}

Status AddOne(const IndexFlags& flags, const TagsByPath& tags, IndexWriter& writer, IndexEntry entry) {
  for (const std::string& path : {std::string(), entry.path})
    if (const auto said = tags.find(path); said != tags.end()) Override(said->second, entry);
  if (!flags.id.empty()) entry.id = flags.id;
  return writer.Add(std::move(entry), flags.replace ? AddMode::kReplaceProduct : AddMode::kAddPicture);
}

Status RunAdd(const IndexFlags& flags, Console& console) {
  if (flags.pictures.empty() == flags.from.empty())
    return Fail(ErrorCode::kInvalidArgument, "give either photos or --from FILE",
                "see rotaview index add --help");
  const Result<TagsByPath> tags = ReadTags(flags.tags);
  if (!tags) return Forward(tags);
  TaggedPictures tagged;
  if (!flags.pictures.empty()) {
    Result<TaggedPictures> made = TagPictures(flags.pictures, flags.recognition, console);
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
    console.Output("{\"event\":\"result\",\"added\":" + std::to_string(added) + "}");
  else
    console.Note("added " + Count(added, "picture") + " to " + flags.index.string());
  return {};
}

Status ParseFilters(const std::vector<std::string>& texts, std::vector<AttributeFilter>& filters) {
  for (const std::string& text : texts) {
    const std::size_t at = text.find('=');
    if (at == 0 || at == std::string::npos || at + 1 == text.size())
      return Fail(ErrorCode::kInvalidArgument, "--filter '" + text + "' is not ATTRIBUTE=VALUE",
                  "write --filter base_colour=Red");
    filters.push_back({text.substr(0, at), text.substr(at + 1)});
  }
  return {};
}

void PrintMatches(const std::string& query, const std::vector<ProductMatch>& matches, Console& console) {
  if (console.mode() == OutputMode::kJson) return console.Output(MatchesJson(query, matches));
  std::string text = query + ":";
  if (matches.empty()) text += "\n  nothing found";
  for (const ProductMatch& match : matches) {
    std::array<char, 32> score{};
    std::snprintf(score.data(), score.size(), "%7.3f  %-7s  ", match.score, MatchKindName(match.kind).data());
    text += "\n" + std::string(score.data()) + match.entry.id + "  " + match.entry.path;
    if (const std::string words = Words(match.entry); !words.empty()) text += "  (" + words + ")";
  }
  console.Output(text);
}

// One query: the views of an .rview or, with --sweep, all pictures; else each picture by itself.
struct Query {
  std::string name;
  std::vector<std::vector<float>> views;
};

void AddView(const IndexFlags& flags, IndexEntry entry, std::vector<Query>& queries) {
  const std::string name = WithoutView(entry.path);
  const bool one_more = !queries.empty() && (flags.sweep || queries.back().name == name);
  if (!one_more) queries.push_back({.name = name, .views = {}});
  queries.back().views.push_back(std::move(entry.embedding));
}

Result<std::vector<Query>> Queries(const IndexFlags& flags, Console& console) {
  std::vector<Query> queries;
  if (!flags.pictures.empty()) {
    Result<TaggedPictures> tagged = TagPictures(flags.pictures, flags.recognition, console);
    if (!tagged) return Forward(tagged);
    for (IndexEntry& entry : tagged->entries) AddView(flags, std::move(entry), queries);
  }
  if (flags.from.empty()) return queries;
  const Status read = ReadTagLines(flags.from, [&](IndexEntry entry) -> Status {
    AddView(flags, std::move(entry), queries);
    return {};
  });
  if (!read) return Forward(read);
  return queries;
}

Status RunSearch(IndexFlags flags, Console& console) {
  const int ways = !flags.pictures.empty() + !flags.from.empty() + !flags.text.empty();
  if (ways != 1)
    return Fail(ErrorCode::kInvalidArgument, "give one of a picture, --from FILE and --text WORDS",
                "see rotaview index search --help");
  flags.search.fusion = flags.best_view ? SweepFusion::kMax : SweepFusion::kMeanOfTop;
  if (const Status parsed = ParseFilters(flags.filters, flags.search.filters); !parsed)
    return Forward(parsed);
  const Result<ProductIndex> index = ProductIndex::Open(flags.index);
  if (!index) return Forward(index);
  if (!flags.text.empty()) {
    const Result<std::vector<ProductMatch>> matches = index->SearchText(flags.text, flags.search);
    if (!matches) return Forward(matches);
    PrintMatches(flags.text, *matches, console);
    return {};
  }
  const Result<std::vector<Query>> queries = Queries(flags, console);
  if (!queries) return Forward(queries);
  console.EndProgress();
  for (const Query& query : *queries) {
    const Result<std::vector<ProductMatch>> matches = index->Search(query.views, flags.search);
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
      return Fail(ErrorCode::kNotFound, "there is no '" + id + "' in " + flags.index.string(),
                  "nothing was deleted");
    deleted += *pictures;
  }
  if (const Status saved = writer->Commit(); !saved) return Forward(saved);
  if (console.mode() == OutputMode::kJson)
    console.Output("{\"event\":\"result\",\"deleted\":" + std::to_string(deleted) + "}");
  else
    console.Note("deleted " + Count(deleted, "picture"));
  return {};
}

Status RunCompact(const IndexFlags& flags, Console& console) {
  if (const Result<ProductIndex> index = ProductIndex::Open(flags.index); !index) return Forward(index);
  Result<IndexWriter> writer = IndexWriter::Open(flags.index);
  if (!writer) return Forward(writer);
  if (const Status compacted = writer->Compact(); !compacted) return Forward(compacted);
  if (const Status saved = writer->Commit(); !saved) return Forward(saved);
  if (console.mode() == OutputMode::kJson) console.Output("{\"event\":\"result\"}");
  return {};
}

Status RunStats(const IndexFlags& flags, Console& console) {
  const Result<ProductIndex> index = ProductIndex::Open(flags.index);
  if (!index) return Forward(index);
  if (flags.strict)
    if (const Status sound = index->Verify(); !sound) return Forward(sound);
  const auto attributes = index->Attributes();
  if (!attributes) return Forward(attributes);
  const IndexStats stats = index->Stats();
  if (console.mode() == OutputMode::kJson) {
    console.Output(IndexStatsJson(stats, *attributes));
    return {};
  }
  std::string text = Count(stats.products, "product") + ", " + Count(stats.pictures, "picture") + " in " +
                     Count(stats.segments, "segment") + ", " + std::to_string(stats.bytes) + " bytes";
  if (stats.deleted > 0) text += "; " + Count(stats.deleted, "deleted picture") + " still take space";
  text += "\nmodel: " + (stats.model.empty() ? "not known" : stats.model);
  for (const auto& [name, values] : *attributes) {
    text += "\n" + name + ":";
    for (const auto& [value, pictures] : values) text += " " + value + " (" + std::to_string(pictures) + ")";
  }
  console.Output(text);
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
  search->add_option("--k", flags.search.k, "Products to list (10)")->check(CLI::Range(1, 10000));
  search
      ->add_option(
          "--filter", flags.filters,
          "Only products with ATTRIBUTE=VALUE; again for more, values of one attribute are alternatives")
      ->allow_extra_args(false);
  search->add_flag("--exact", flags.search.exact_only, "Only what counts as the same product");
  search->add_option("--candidates", flags.search.candidates, "Pictures ranked by cosine for each view (400)")
      ->check(CLI::Range(1, 10'000'000));
  search->add_flag("--sweep", flags.sweep, "All pictures show one item: one query");
  search->add_flag("--best-view", flags.best_view,
                   "Score a sweep by its best view, not the mean of its best three");
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
    constexpr std::pair<const char*, Run> kActions[] = {
        {"add", RunAdd},
        {"search", [](const IndexFlags& f, Console& c) { return RunSearch(f, c); }},
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
