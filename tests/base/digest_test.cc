#include "base/digest.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace rv {
namespace {

std::span<const std::uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The examples of FIPS 180-4.
TEST(Sha256, MatchesTheStandardsExamples) {
  EXPECT_EQ(Hex(Sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256(AsBytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256(AsBytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, DoesNotDependOnThePieces) {
  std::vector<std::uint8_t> bytes(1000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  for (const std::size_t cut : {0, 1, 63, 64, 65, 999, 1000}) {
    Sha256Stream stream;
    stream.Update(std::span(bytes).first(cut));
    Sha256Stream moved = std::move(stream);
    moved.Update(std::span(bytes).subspan(cut));
    EXPECT_EQ(moved.Finish(), Sha256(bytes)) << cut;
  }
}

}  // namespace
}  // namespace rv
