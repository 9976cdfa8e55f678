#include "groknet/index/text_terms.h"

#include <gmock/gmock.h>

namespace rv {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TextTerms, CaseEndingsAndSpellingsMeet) {
  EXPECT_THAT(TextTerms("Navy Blue SHIRTS"), ElementsAre("navy", "blue", "shirt"));
  EXPECT_THAT(TextTerms("dresses, watches & bodies"), ElementsAre("dress", "watch", "body"));
  EXPECT_THAT(TextTerms("dress glass bus tennis"), ElementsAre("dress", "glass", "bus", "tennis"));
  EXPECT_EQ(TextTerms("women's gray sofas"), TextTerms("Woman grey couch"));
  EXPECT_EQ(TextTerms("Men trousers"), TextTerms("mens pants"));
  EXPECT_EQ(TextTerms("knives"), TextTerms("knife"));
  EXPECT_EQ(TextTerms("kids"), TextTerms("children"));
}

TEST(TextTerms, LoneLettersJoinTheNextWord) {
  for (const char* text : {"Tshirts", "T-Shirt", "t shirt", "tee", "tees"})
    EXPECT_THAT(TextTerms(text), ElementsAre("tshirt")) << text;
  EXPECT_THAT(TextTerms("V-neck"), ElementsAre("vneck"));
  EXPECT_THAT(TextTerms("size M"), ElementsAre("size", "m"));
  EXPECT_THAT(TextTerms("a shirt for the beach"), ElementsAre("shirt", "beach"));
}

TEST(TextTerms, NothingAndStrangeBytes) {
  EXPECT_THAT(TextTerms(""), IsEmpty());
  EXPECT_THAT(TextTerms(" the - , '' "), IsEmpty());
  EXPECT_THAT(TextTerms("caf\xc3\xa9 \xff"), ElementsAre("caf\xc3\xa9", "\xff"));
}

}  // namespace
}  // namespace rv
