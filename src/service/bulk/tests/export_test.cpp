#include <sstream>

#include "service/bulk/tests/bulk_fixture.h"

namespace xinglin::bulk {
namespace {

using Level = ExportRequest::Level;

class ExportTest : public BulkFixture {
protected:
  Job exported(const ExportRequest& request) {
    const auto id = bulk->start_export(access, request);
    EXPECT_TRUE(id.ok()) << id.error().message();
    return id ? finished(*id) : Job{};
  }
};

TEST_F(ExportTest, GivesEveryResourceOnceInSeveralFiles) {
  start();
  for (int i = 0; i < 8; ++i) patient("p" + std::to_string(i));
  observation("o1", "p1");
  options.slice_resources = 3;
  const Job job = exported({.types = {"Patient", "Observation"}, .url = "http://x/fhir/$export"});
  EXPECT_EQ(job.state, "done");
  EXPECT_EQ(job.resources, 9);
  EXPECT_EQ(contents(job), "o1@1 p0@1 p1@1 p2@1 p3@1 p4@1 p5@1 p6@1 p7@1");
  EXPECT_GE(job.files.size(), 2u);
  EXPECT_TRUE(job.expires_at.has_value());
}

TEST_F(ExportTest, WithoutTypesAllThatAreOffered) {
  start();
  patient("p1");
  observation("o1", "p1");
  EXPECT_EQ(contents(exported({})), "o1@1 p1@1");
}

TEST_F(ExportTest, SinceLeavesOutWhatWasNotChanged) {
  start();
  patient("p1");
  patient("p2");
  clock.advance(kMinuteUs);
  const Instant between = clock.now();
  put(R"({"resourceType":"Patient","id":"p2","gender":"male"})");
  EXPECT_EQ(contents(exported({.types = {"Patient"}, .since = between})), "p2@2");
}

TEST_F(ExportTest, FiltersOfOneTypeAreAlternativesAndNothingComesTwice) {
  start();
  observation("o1", "p1", "8867-4");
  observation("o2", "p2", "9279-1");
  observation("o3", "p1", "8310-5");
  const Job job =
      exported({.types = {"Observation"}, .filters = {"Observation?code=8867-4", "Observation?patient=p1"}});
  EXPECT_EQ(contents(job), "o1@1 o3@1");
}

TEST_F(ExportTest, PatientLevelIsTheCompartment) {
  start();
  patient("p1");
  patient("p2");
  observation("o1", "p1");
  observation("o2", "p2");
  put(R"({"resourceType":"Observation","id":"o3","status":"final","code":{"text":"of a device"}})");
  EXPECT_EQ(contents(exported({.level = Level::Patient})), "o1@1 o2@1 p1@1 p2@1");
  EXPECT_EQ(contents(exported({.level = Level::Patient, .patients = {"p2"}})), "o2@1 p2@1");
}

TEST_F(ExportTest, IsOfOneMomentWhateverIsChangedMeanwhile) {
  patient("p1");
  patient("p2");
  clock.advance(kSecondUs);
  // The job is made before the journal runs, so that the changes come between kick-off and the first slice.
  bulk = std::make_unique<Bulk>(Bulk::Rooms{*store, *blobs, clock, *audit, *journal, *record}, options);
  bulk->register_jobs();
  const auto id = bulk->start_export(access, {.types = {"Patient"}});
  ASSERT_TRUE(id.ok());
  clock.advance(kSecondUs);
  put(R"({"resourceType":"Patient","id":"p1","gender":"male"})");
  patient("p3");
  journal->start();
  EXPECT_EQ(contents(finished(*id)), "p1@1 p2@1");
}

TEST_F(ExportTest, GoesOnAfterARestart) {
  for (int i = 0; i < 10; ++i) patient("p" + std::to_string(i));
  bulk = std::make_unique<Bulk>(Bulk::Rooms{*store, *blobs, clock, *audit, *journal, *record}, options);
  bulk->register_jobs();
  const auto id = bulk->start_export(access, {.types = {"Patient"}});
  ASSERT_TRUE(id.ok());
  restart();
  EXPECT_EQ(finished(*id).resources, 10);
}

TEST_F(ExportTest, CancelForgetsTheFiles) {
  start();
  patient("p1");
  const Job job = exported({.types = {"Patient"}});
  const std::string key = job.files.front().blob.key;
  EXPECT_TRUE(blobs->exists(key));
  ASSERT_TRUE(bulk->cancel(access, job.id).ok());
  EXPECT_FALSE(blobs->exists(key));
  const auto gone = bulk->job(access, job.id);
  ASSERT_FALSE(gone.ok());
  EXPECT_TRUE(gone.error().is(kNoJob));
}

TEST_F(ExportTest, FilesAreRemovedWhenTheirTimeIsOver) {
  start();
  patient("p1");
  const Job job = exported({.types = {"Patient"}});
  clock.advance(options.keep_us + kSecondUs);
  journal->wake();
  ASSERT_TRUE(journal->wait_idle(10'000));
  EXPECT_FALSE(bulk->job(access, job.id).ok());
  EXPECT_FALSE(blobs->exists(job.files.front().blob.key));
}

TEST_F(ExportTest, OthersMayNotReadTheFiles) {
  start();
  patient("p1");
  const Job job = exported({.types = {"Patient"}});
  const trust::Access other = trust::Access::system("other");
  const auto file = bulk->open_file(other, job.id, 1);
  ASSERT_FALSE(file.ok());
  EXPECT_TRUE(file.error().is(kNotYours));
}

TEST_F(ExportTest, WhatCannotBeDoneIsRefusedAtTheStart) {
  options.running_max = 1;
  bulk = std::make_unique<Bulk>(Bulk::Rooms{*store, *blobs, clock, *audit, *journal, *record}, options);
  const auto refused = [&](const ExportRequest& request) {
    const auto id = bulk->start_export(access, request);
    return id.ok() ? std::string("accepted") : std::string(id.error().code().name);
  };
  EXPECT_EQ(refused({.types = {"Nonsense"}}), "bulk.bad-request");
  EXPECT_EQ(refused({.types = {"Patient"}, .filters = {"Observation?code=x"}}), "bulk.bad-request");
  EXPECT_EQ(refused({.types = {"Patient"}, .filters = {"Patient?nonsense=x"}}), "record.unknown-parameter");
  EXPECT_EQ(refused({.types = {"Patient"}, .filters = {"Patient"}}), "bulk.bad-request");
  EXPECT_EQ(refused({.types = {"Patient"}, .filters = {"Patient?_include=Patient:x"}}), "bulk.not-offered");
  EXPECT_EQ(refused({}), "accepted");
  EXPECT_EQ(refused({}), "bulk.too-many");
  EXPECT_EQ(bulk->start_export(trust::Access::peer("dimse", "X"), {}).error().kind(), ErrorKind::Denied);
}

}  // namespace
}  // namespace xinglin::bulk
