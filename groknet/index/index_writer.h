// Changes a product index: adds, replaces and deletes, then saves all of it at once.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "groknet/index/index_entry.h"

namespace rv {

// What an index takes over from the model when it is made.
struct IndexModel {
  // Name and version of the model that makes the embeddings. Those of different models cannot be compared: an
  // index keeps the first name that it is given and refuses any other. Empty = not known, goes with all.
  std::string name;
  // Cosine from which two pictures show the same product, and from which they are similar; -1..1. Used for a
  // new index, and when a name is given to an index that has none.
  double exact_cosine = 0.8;
  double similar_cosine = 0.55;
};

// What adding does with what is there under the same id.
enum class AddMode {
  kAddPicture,      // only a picture with the same id and the same path is replaced
  kReplaceProduct,  // all older pictures of the id go; those that this writer adds to it with this mode stay
                    // together
};

// The only writer of an index: while it lives, the index's lock is held, and nobody else can open one, in
// this process or another. Not thread-safe. Readers are not disturbed: they keep what they opened.
//
// Nothing is visible before Commit(); a writer that ends without it, or a crash at any moment, leaves the
// index as it was. A save writes the new entries, the sets of deleted rows that changed, and merges of small
// segments (at most 32,768 entries together), never the whole index; Compact() does.
class IndexWriter {
 public:
  // Makes the index when `folder` does not exist or is empty (its parent must exist). Fails with
  // kInvalidArgument when another writer is at work, the folder holds other things, or the model differs;
  // kCorrupt as for reading.
  static Result<IndexWriter> Open(const std::filesystem::path& folder, const IndexModel& model = {});
  IndexWriter(IndexWriter&&) noexcept;
  IndexWriter& operator=(IndexWriter&&) noexcept;
  ~IndexWriter();

  Status Add(IndexEntry entry, AddMode mode = AddMode::kAddPicture);
  // Gives how many pictures the product had; 0 when there is none of this id.
  Result<std::size_t> Delete(const std::string& id);
  // Writes all segments anew without the deleted entries, at the next Commit(). Takes as long as building the
  // index.
  Status Compact();
  Status Commit();

 private:
  struct State;
  explicit IndexWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rv
