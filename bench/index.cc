// The product index beside FAISS, on made-up embeddings: code scans by kernel, recall of the re-ranked search
// against FAISS's exhaustive float search, times and sizes. One thread. Figures: docs/benchmarks.md.
//
// Embeddings are clustered as a catalogue's are: categories hold families, families hold products; all vary
// within a space of 32 dimensions, so that the 256 signs are far from independent. A query is a product seen
// again, further from its picture than products of a family are from one another: the nearest has close
// competitors.
#include <faiss/IndexBinaryFlat.h>
#include <faiss/IndexFlat.h>
#include <faiss/utils/distances.h>
#include <omp.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <stdexcept>

#include "base/text.h"
#include "groknet/index/code_scan.h"
#include "groknet/index/index_writer.h"
#include "groknet/index/product_index.h"

namespace rv {
namespace {

constexpr std::size_t kLatent = 32;

// `core` leaves out the time in which others had the processor, which a wall clock on a shared machine does
// not.
struct Times {
  double wall_ms = 0;
  double core_ms = 0;
};

double CoreMilliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

Times Measure(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  const double core_start = CoreMilliseconds();
  work();
  return {std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count(),
          CoreMilliseconds() - core_start};
}

void PrintTimes(const char* what, std::vector<Times> times) {
  const std::size_t late = std::min(times.size() - 1, times.size() * 99 / 100);
  std::ranges::sort(times, {}, &Times::core_ms);
  const double core_p50 = times[times.size() / 2].core_ms;
  const double core_p99 = times[late].core_ms;
  std::ranges::sort(times, {}, &Times::wall_ms);
  std::printf("%-34s core p50 %8.3f p99 %8.3f ms   wall p50 %8.3f p99 %8.3f ms   (%zu runs)\n", what,
              core_p50, core_p99, times[times.size() / 2].wall_ms, times[late].wall_ms, times.size());
  std::fflush(stdout);
}

template <typename T>
T Value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
void Check(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

class Catalogue {
 public:
  Catalogue(std::size_t entries, std::size_t queries) : random_(1), mix_(kLatent * kScanBits) {
    for (float& weight : mix_) weight = normal_(random_);
    Latent category;
    Latent family;
    for (std::size_t i = 0; i < entries; ++i) {
      if (i % 2000 == 0) category = Around(Latent(kLatent), 1);
      if (i % 40 == 0) family = Around(category, 0.8F);
      products_.push_back(Around(family, 0.5F));
      Append(products_.back(), vectors);
    }
    std::uniform_int_distribution<std::size_t> any(0, entries - 1);
    for (std::size_t i = 0; i < queries; ++i) Append(Around(products_[any(random_)], 0.8F), query_vectors);
    products_.clear();
  }
  std::vector<float> vectors;        // entries * 256
  std::vector<float> query_vectors;  // queries * 256

 private:
  using Latent = std::vector<float>;
  Latent Around(const Latent& center, float spread) {
    Latent latent = center;
    for (float& value : latent) value += spread * normal_(random_);
    return latent;
  }
  void Append(const Latent& latent, std::vector<float>& to) const {
    std::vector<float> values(kScanBits);
    for (std::size_t l = 0; l < kLatent; ++l)
      for (std::size_t i = 0; i < kScanBits; ++i) values[i] += latent[l] * mix_[l * kScanBits + i];
    double squares = 0;
    for (const float value : values) squares += static_cast<double>(value) * value;
    for (const float value : values) to.push_back(static_cast<float>(value / std::sqrt(squares)));
  }
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
  std::vector<float> mix_;
  std::vector<Latent> products_;
};

std::vector<float> Row(const std::vector<float>& vectors, std::size_t row) {
  const auto at = vectors.begin() + static_cast<std::ptrdiff_t>(row * kScanBits);
  return {at, at + kScanBits};
}

void ScanKernels(const Catalogue& catalogue, std::size_t entries, std::size_t queries) {
  std::vector<std::uint8_t> codes;
  for (std::size_t i = 0; i < entries; ++i) {
    const Code code = CodeOf(Row(catalogue.vectors, i));
    codes.insert(codes.end(), code.begin(), code.end());
  }
  constexpr std::size_t kNearest = 400;
  std::vector<Code> query_codes;
  for (std::size_t q = 0; q < queries; ++q) query_codes.push_back(CodeOf(Row(catalogue.query_vectors, q)));
  for (const ScanKernel kernel :
       {ScanKernel::kPlain, ScanKernel::kPopcnt, ScanKernel::kAvx2, ScanKernel::kAvx512}) {
    if (!ScanKernelRuns(kernel)) continue;
    std::vector<Times> times;
    for (const Code& query : query_codes) {
      times.push_back(Measure([&] {
        CodeScan scan({&query, 1}, kNearest, kernel);
        scan.Add(codes, {}, 0);
        if (scan.Finish()[0].size() != std::min(kNearest, entries))
          throw std::runtime_error("rows are missing");
      }));
    }
    PrintTimes(Text("scan, top 400, ", ScanKernelName(kernel)).c_str(), times);
  }
  faiss::IndexBinaryFlat flat(kScanBits);
  flat.add(static_cast<faiss::IndexBinary::idx_t>(entries), codes.data());
  std::vector<Times> times;
  std::vector<std::int32_t> distances(kNearest);
  std::vector<faiss::IndexBinary::idx_t> labels(kNearest);
  for (const Code& query : query_codes)
    times.push_back(
        Measure([&] { flat.search(1, query.data(), kNearest, distances.data(), labels.data()); }));
  PrintTimes("scan, top 400, FAISS binary flat", times);
}

void Fill(const Catalogue& catalogue, std::size_t entries, const std::filesystem::path& folder) {
  static const char* const kColors[] = {"Red",   "Green", "Blue", "Navy Blue",
                                        "Black", "White", "Grey", "Brown"};
  static const char* const kKinds[] = {"Tshirts", "Shirts", "Casual Shoes", "Watches", "Sofas"};
  IndexWriter writer = Value(IndexWriter::Open(folder));
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string color = kColors[i % std::size(kColors)];
    const std::string kind = kKinds[i / 2000 % std::size(kKinds)];
    Check(writer.Add(
        {.id = std::to_string(i),
         .path = Text("photos/", i, ".jpg"),
         .title = color + " " + kind,
         .tags = {},
         .attributes = {{"base_colour", color, 0.8}, {"article_type", kind, 0.9}, {"pattern", "Plain", 0.6}},
         .embedding = Row(catalogue.vectors, i)}));
  }
  Check(writer.Commit());
}

// The nearest entry of each query by FAISS's exhaustive search, in floats.
std::vector<faiss::Index::idx_t> Truth(const Catalogue& catalogue, std::size_t entries, std::size_t queries) {
  faiss::distance_compute_blas_threshold =
      1 << 30;  // its own inner product: the machine's BLAS may be a slow one
  std::vector<float> scores(queries);
  std::vector<faiss::Index::idx_t> labels(queries);
  faiss::float_minheap_array_t heap{queries, 1, labels.data(), scores.data()};
  faiss::knn_inner_product(catalogue.query_vectors.data(), catalogue.vectors.data(), kScanBits, queries,
                           entries, &heap);
  return labels;
}

void Recall(const ProductIndex& index, const Catalogue& catalogue, std::size_t entries, std::size_t queries) {
  const std::vector<faiss::Index::idx_t> truth = Truth(catalogue, entries, queries);
  for (const std::size_t candidates : {1u, 50u, 100u, 200u, 400u, 800u}) {
    std::size_t right = 0;
    std::vector<Times> times;
    for (std::size_t q = 0; q < queries; ++q) {
      const std::vector<std::vector<float>> query = {Row(catalogue.query_vectors, q)};
      std::vector<ProductMatch> found;
      times.push_back(
          Measure([&] { found = Value(index.Search(query, {.k = 1, .candidates = candidates})); }));
      right += found.at(0).entry.id == std::to_string(truth[q]) ? 1 : 0;
    }
    std::printf("%4zu candidates: recall@1 of exhaustive float search %.4f\n", candidates,
                static_cast<double>(right) / static_cast<double>(queries));
    PrintTimes("  search", times);
  }
}

void OtherTimes(const Catalogue& catalogue, std::size_t entries, const std::filesystem::path& folder) {
  std::vector<Times> opens;
  std::vector<Times> adds;
  for (int i = 0; i < 20; ++i) {
    opens.push_back(Measure([&] { Value(ProductIndex::Open(folder)); }));
    adds.push_back(Measure([&] {
      IndexWriter writer = Value(IndexWriter::Open(folder));
      Check(writer.Add({.id = Text("new", i), .path = "new.jpg", .embedding = Row(catalogue.vectors, 0)}));
      Check(writer.Commit());
    }));
  }
  PrintTimes("open", opens);
  PrintTimes("open, add one picture, save", adds);
  const ProductIndex index = Value(ProductIndex::Open(folder));
  const std::vector<std::vector<float>> query = {Row(catalogue.query_vectors, 0)};
  std::vector<Times> filtered;
  std::vector<Times> text;
  for (int i = 0; i < 20; ++i) {
    filtered.push_back(Measure([&] {
      Value(index.Search(query, {.filters = {{"base_colour", "Red"}, {"article_type", "Watches"}}}));
    }));
    text.push_back(Measure([&] { Value(index.SearchText("navy watch")); }));
  }
  PrintTimes("search with two filters", filtered);
  PrintTimes("search by two words", text);
  std::vector<std::vector<float>> views;
  for (std::size_t i = 0; i < 36; ++i) views.push_back(Row(catalogue.query_vectors, i));
  std::vector<Times> sweeps;
  for (int i = 0; i < 5; ++i) sweeps.push_back(Measure([&] { Value(index.Search(views)); }));
  PrintTimes("search by 36 unlike views", sweeps);
  std::printf("%.0f bytes an entry\n",
              static_cast<double>(index.Stats().bytes) / static_cast<double>(entries));
}

int Run(int argc, char** argv) {
  std::size_t entries = 1'000'000;
  std::size_t queries = 500;
  std::filesystem::path folder;
  CLI::App app("Times and recall of the product index beside FAISS");
  app.add_option("--entries", entries, "Entries of the index");
  app.add_option("--queries", queries, "Queries")->check(CLI::Range(36, 100'000));
  app.add_option("--folder", folder, "Where the index is built; must not exist; it stays")->required();
  CLI11_PARSE(app, argc, argv);
  omp_set_num_threads(1);
  const Catalogue catalogue(entries, queries);
  std::printf("%zu entries, %zu queries, one thread\n", entries, queries);
  ScanKernels(catalogue, entries, queries);
  const double fill = Measure([&] { Fill(catalogue, entries, folder); }).wall_ms;
  std::printf("built in %.1f s, %.1f us an entry\n", fill / 1e3, fill * 1e3 / static_cast<double>(entries));
  Recall(Value(ProductIndex::Open(folder)), catalogue, entries, queries);
  OtherTimes(catalogue, entries, folder);
  return 0;
}

}  // namespace
}  // namespace rv

int main(int argc, char** argv) {
  try {
    return rv::Run(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
