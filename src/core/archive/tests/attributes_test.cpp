// The DICOM JSON that the index keeps: given back as it was, packed or from before it was packed.
#include "core/archive/detail/attributes.h"

#include "core/archive/detail/usual_header.h"
#include "core/archive/retrieve.h"
#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

class Attributes : public StudyHouse {
protected:
  std::string of(const std::string& sop) {
    const auto got = archive_->attributes(access_, SopInstanceUid(sop));
    return got.ok() ? json::serialize(*got) : got.error().message();
  }
  int64_t number(const std::string& sql) {
    return *store_->read([&](sql::Session& session) -> Result<int64_t> {
      auto row = session.query(sql);
      return row.next() ? row.integer(0) : -1;
    });
  }
};

TEST_F(Attributes, OfASeriesEachImageIsItself) {
  fill();
  for (const char* sop : {"1.1.1.1", "1.1.1.2", "1.1.2.1", "2.2.1.1"})
    EXPECT_NE(of(sop).find("\"" + std::string(sop) + "\""), std::string::npos);
  EXPECT_NE(of("1.1.1.2").find("王^小东"), std::string::npos);
}

TEST_F(Attributes, TheHeaderOfASeriesOutlivesItsFirstImage) {
  fill();
  const std::string second = of("1.1.1.2");
  ASSERT_TRUE(store_
                  ->write([](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(tx.run("DELETE FROM archive_attributes WHERE instance = 1"));
                    XL_CHECK(tx.run("DELETE FROM archive_instance WHERE id = 1"));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(of("1.1.1.2"), second);
}

TEST_F(Attributes, TheHeaderGoesWithTheLastThatNeedsIt) {
  const auto headers = [&] { return number("SELECT count(*) FROM archive_series_header"); };
  const auto forget = [&](int64_t instance) {
    return store_->write([&](sql::Tx& tx) -> Result<void> {
      XL_CHECK(tx.run("DELETE FROM archive_attributes WHERE instance = ?1", instance));
      return {};
    });
  };
  add({"5.1.1.1", "5.1.1", "5.1"});
  add({"5.1.1.2", "5.1.1", "5.1"});
  ASSERT_TRUE(forget(1).ok());
  EXPECT_EQ(headers(), 1);
  EXPECT_NE(of("5.1.1.2").find("5.1.1.2"), std::string::npos);
  ASSERT_TRUE(forget(2).ok());
  EXPECT_EQ(headers(), 0);
  add({"5.1.1.3", "5.1.1", "5.1"});
  EXPECT_NE(of("5.1.1.3").find("5.1.1.3"), std::string::npos);
}

TEST_F(Attributes, TextFromBeforePackingIsRead) {
  fill();
  ASSERT_TRUE(
      store_
          ->write([](sql::Tx& tx) -> Result<void> {
            XL_CHECK(tx.run(
                "UPDATE archive_attributes SET packed = NULL, json = '{\"old\":1}' WHERE instance = 1"));
            XL_CHECK(tx.run("DELETE FROM archive_series_header WHERE series = 1"));
            return {};
          })
          .ok());
  EXPECT_EQ(of("1.1.1.1"), "{\"old\":1}");
  add({"1.1.1.3", "1.1.1", "1.1"});  // a series from before that goes on
  EXPECT_NE(of("1.1.1.3").find("1.1.1.3"), std::string::npos);
}

TEST_F(Attributes, AnImageOfASeriesCostsLittle) {
  for (int i = 1; i <= 20; ++i) add({"1.1.1." + std::to_string(i), "1.1.1", "1.1"});
  EXPECT_LT(number("SELECT max(length(packed)) FROM archive_attributes"), 150);
  EXPECT_EQ(number("SELECT count(*) FROM archive_attributes WHERE json <> ''"), 0);
}

// Every archive is packed against it.
TEST(UsualHeader, NeverChanges) {
  EXPECT_EQ(to_hex(sha256(kUsualHeader)), "703edf0f746ae9b36d4dd8d73168178a37db737964c008092c47755eeff9eba7");
}

}  // namespace
}  // namespace xinglin::archive
