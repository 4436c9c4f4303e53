// The list of studies as a person filters it, and one study with its receipts.
#include "core/archive/studies.h"

#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

class StudiesTest : public StudyHouse {
protected:
  void SetUp() override { fill(); }
  std::string list(StudyFilter filter) {
    const auto page = studies_.list(access_, filter);
    if (!page.ok()) return std::string(page.error().code().name);
    std::string out;
    for (const StudyRow& row : page->rows) out += (out.empty() ? "" : " ") + row.uid.str();
    return out;
  }
  Studies studies_{*store_, *search_, *audit_};
};

TEST_F(StudiesTest, WithoutAFilterTheNewestComeFirst) {
  EXPECT_EQ(list({}), "2.1 1.1 1.2 2.2");
}

TEST_F(StudiesTest, EachFieldRestricts) {
  EXPECT_EQ(list({.name = "wang"}), "1.1 1.2");
  EXPECT_EQ(list({.name = "Wang xiao"}), "1.1 1.2") << "family and given name, each by its beginning";
  EXPECT_EQ(list({.name = "wang, na"}), "");
  EXPECT_EQ(list({.patient_id = "08"}), "2.1 2.2");
  EXPECT_EQ(list({.accession = "A78"}), "1.2");
  EXPECT_EQ(list({.from = "20261121"}), "2.1 1.1");
  EXPECT_EQ(list({.to = "20261120"}), "1.2 2.2");
  EXPECT_EQ(list({.from = "20261122", .to = "20261122", .modality = "SR"}), "1.1");
  EXPECT_EQ(list({.modality = "US"}), "2.2");
  EXPECT_EQ(list({.patient_id = "4711", .modality = "MR"}), "1.2");
  EXPECT_EQ(list({.name = "*dong*"}), "1.1 1.2") << "a wildcard of one's own";
}

TEST_F(StudiesTest, ANameInIdeographsNeedsNoSeparator) {
  EXPECT_EQ(list({.name = "王小东"}), "1.1 1.2") << "kept as 王^小东";
  EXPECT_EQ(list({.name = "李娜"}), "2.1 2.2") << "kept as 李娜";
  EXPECT_EQ(list({.name = "王"}), "1.1 1.2");
  EXPECT_EQ(list({.name = "王娜"}), "");
}

TEST_F(StudiesTest, APartOfTheDescriptionIsFoundInAnyCase) {
  EXPECT_EQ(list({.description = "CHEST"}), "1.1");
  EXPECT_EQ(list({.description = "head"}), "1.2");
  EXPECT_EQ(list({.description = "Abd"}), "2.1");
  EXPECT_EQ(list({.description = "routine"}), "1.1");
}

TEST_F(StudiesTest, AFilterThatCannotBeUnderstoodIsRefused) {
  EXPECT_EQ(list({.from = "yesterday"}), "archive.bad-key");
  EXPECT_EQ(list({.name = "a\\b"}), "archive.bad-key");
  EXPECT_EQ(list({.accession = std::string(300, 'A')}), "archive.bad-key");
  EXPECT_EQ(list({.after = "x"}), "archive.bad-cursor");
}

TEST_F(StudiesTest, PagesHoldTheirPlaceWhileStudiesArrive) {
  StudyFilter filter{.limit = 2};
  const auto first = studies_.list(access_, filter);
  ASSERT_TRUE(first.ok());
  ASSERT_FALSE(first->next.empty());
  add({"3.1.1.1", "3.1.1", "3.1", "CT", "99", "New^One", "20261122", "235900", "C1"});
  filter.after = first->next;
  EXPECT_EQ(list(filter), "1.2 2.2");
}

TEST_F(StudiesTest, ARowHasWhatTheIndexSays) {
  const auto page = studies_.list(access_, {.accession = "A77"});
  ASSERT_TRUE(page.ok());
  const StudyRow& row = page->rows.at(0);
  EXPECT_EQ(row.patient.str(), "p-4711");
  EXPECT_EQ(row.attributes.name, "Wang^XiaoDong=王^小东");
  EXPECT_EQ(row.attributes.birth_date, "19700101");
  EXPECT_EQ(row.modalities, (std::vector<std::string>{"CT", "SR"}));
  EXPECT_EQ(row.series, 2);
  EXPECT_EQ(row.instances, 3);
  EXPECT_EQ(row.last_received_at, clock_.now());
}

TEST_F(StudiesTest, ASeriesTellsWhetherItHasPixels) {
  dicom::DataSet image = data_set_of({"4.1.1.1", "4.1.1", "4.1"});
  image.set_integer({0x0028, 0x0010}, "US", {512});
  ASSERT_TRUE(store(image).ok());
  EXPECT_TRUE(studies_.study(access_, StudyUid("4.1"))->series.at(0).picture);
  EXPECT_FALSE(studies_.study(access_, StudyUid("1.1"))->series.at(1).picture);
}

TEST_F(StudiesTest, AStudyTellsItsSeriesAndTheReceiptsOfEach) {
  const auto study = studies_.study(access_, StudyUid("1.1"));
  ASSERT_TRUE(study.ok());
  ASSERT_EQ(study->series.size(), 2U);
  EXPECT_EQ(study->series[0].uid.str(), "1.1.1");
  EXPECT_EQ(study->series[0].instances, 2);
  EXPECT_EQ(study->series[1].modality, "SR");
  const auto first = studies_.instances(access_, StudyUid("1.1"), SeriesUid("1.1.1"), 0, 1);
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->rows.size(), 1U);
  const CustodyReceipt& receipt = first->rows[0].receipt;
  EXPECT_EQ(receipt.sop_instance.str(), "1.1.1.1");
  EXPECT_EQ(receipt.sender, "dimse:CT1@10.0.0.7");
  EXPECT_EQ(receipt.called_ae, "XINGLIN");
  const auto file = archive_->read(access_, receipt.sop_instance);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(receipt.digest, sha256(*file));
  EXPECT_EQ(receipt.size_bytes, file->size());
  const auto second = studies_.instances(access_, StudyUid("1.1"), SeriesUid("1.1.1"), first->next, 1);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->rows.at(0).receipt.sop_instance.str(), "1.1.1.2");
  const auto end = studies_.instances(access_, StudyUid("1.1"), SeriesUid("1.1.1"), second->next, 1);
  ASSERT_TRUE(end.ok());
  EXPECT_TRUE(end->rows.empty());
  EXPECT_EQ(end->next, 0);
}

TEST_F(StudiesTest, TheStateIsAFilterBesideTheOthers) {
  StudyLife life(*store_, clock_, *audit_, *journal_, {});
  EXPECT_EQ(list({.state = "received"}), "2.2 2.1 1.2 1.1");
  EXPECT_EQ(list({.name = "wang", .state = "received"}), "1.2 1.1");
  EXPECT_EQ(list({.modality = "SR", .state = "received"}), "1.1");
  ASSERT_TRUE(life.complete(access_, StudyUid("1.1"), "x").ok());
  ASSERT_TRUE(life.complete(access_, StudyUid("2.1"), "x").ok());
  EXPECT_EQ(list({.state = "complete"}), "2.1 1.1");
  EXPECT_EQ(list({.state = "received"}), "2.2 1.2");
  add({"1.1.9.1", "1.1.9", "1.1"});
  EXPECT_EQ(list({.state = "reopened"}), "1.1");
  ASSERT_TRUE(life.reject(access_, StudyUid("2.1"), "x").ok());
  EXPECT_EQ(list({.state = "rejected"}), "2.1");
  EXPECT_EQ(list({.name = "wang", .state = "rejected"}), "");
  EXPECT_EQ(list({.state = "complete"}), "");
  const auto first = studies_.list(access_, {.state = "received", .limit = 1});
  EXPECT_EQ(list({.state = "received", .limit = 1, .after = first->next}), "1.2");
}

TEST_F(StudiesTest, WhatIsNotThereAndWhoMayNotAreRefused) {
  EXPECT_TRUE(studies_.study(access_, StudyUid("9.9")).error().is(kNoInstance));
  EXPECT_TRUE(studies_.instances(access_, StudyUid("2.1"), SeriesUid("1.1.1"), 0, 10).error().is(kNoInstance))
      << "a series of another study";
  const auto sender = trust::Access::sender("dimse", "CT1@10.0.0.7");
  EXPECT_TRUE(studies_.list(sender, {}).error().is(trust::kNotAllowed));
  EXPECT_TRUE(studies_.study(sender, StudyUid("1.1")).error().is(trust::kNotAllowed));
  EXPECT_TRUE(
      studies_.instances(sender, StudyUid("1.1"), SeriesUid("1.1.1"), 0, 10).error().is(trust::kNotAllowed));
}

}  // namespace
}  // namespace xinglin::archive
