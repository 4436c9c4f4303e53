// The rules of performed procedure steps (PS3.4 F.7.2).
#include "core/procedure/tests/house.h"

namespace xinglin::procedure {
namespace {

using dicom::DataSet;

class PerformedTest : public test::HouseTest {
protected:
  static DataSet begun(const std::string& study = "1.2.3", const std::string& step = "SPS1") {
    DataSet out;
    out.set_text({0x0040, 0x0253}, "SH", "PPS1");
    out.set_text({0x0040, 0x0241}, "AE", "CT1");
    out.set_text({0x0040, 0x0244}, "DA", "20261122");
    out.set_text({0x0040, 0x0245}, "TM", "083100");
    out.set_text({0x0040, 0x0252}, "CS", "IN PROGRESS");
    out.set_text({0x0008, 0x0060}, "CS", "CT");
    DataSet& scheduled = out.add_item({0x0040, 0x0270});
    scheduled.set_text({0x0020, 0x000D}, "UI", study);
    scheduled.set_text({0x0040, 0x0009}, "SH", step);
    return out;
  }
  static DataSet ended(const char* state, int images) {
    DataSet out;
    out.set_text({0x0040, 0x0252}, "CS", state);
    out.set_text({0x0040, 0x0250}, "DA", "20261122");
    out.set_text({0x0040, 0x0251}, "TM", "084500");
    DataSet& series = out.add_item({0x0040, 0x0340});
    series.set_text({0x0020, 0x000E}, "UI", "1.2.3.1");
    for (int i = 0; i < images; ++i) {
      DataSet& image = series.add_item({0x0008, 0x1140});
      image.set_text({0x0008, 0x1150}, "UI", "1.2.840.10008.5.1.4.1.1.2");
      image.set_text({0x0008, 0x1155}, "UI", "1.2.3.1." + std::to_string(i + 1));
    }
    return out;
  }
  std::vector<std::string> events() {
    std::vector<std::string> out;
    const auto all = journal->events_after(0, 100);
    for (const journal::Event& event : *all)
      if (event.type.starts_with("procedure.")) out.push_back(event.type.substr(10));
    return out;
  }
  std::string refused(const std::string& uid, const DataSet& attributes) {
    const auto done = performed->create(sender, "CT1", uid, attributes);
    return done.ok() ? "" : std::string(done.error().code().name);
  }
};

TEST_F(PerformedTest, a_step_begins_and_ends_and_takes_its_scheduled_step_along) {
  patient("p1", "Wang", "Xiaodong", "4711");
  order("r1", "p1", head());
  ASSERT_TRUE(schedule->project("r1").ok());
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.1", begun()).ok());
  EXPECT_EQ(steps({}), std::vector<std::string>{"A1"}) << "more can be performed for it";
  ASSERT_TRUE(schedule->project("r1").ok());
  const std::vector<archive::SearchKey> started{{{0x0040, 0x0100}, "", {{{0x0040, 0x0020}, "STARTED"}}}};
  EXPECT_EQ(steps(started).size(), 1u);
  EXPECT_EQ(*performed->change(sender, "2.25.1", ended("COMPLETED", 3)), Changed::All);
  EXPECT_TRUE(steps({}).empty());
  ASSERT_TRUE(schedule->project("r1").ok());
  EXPECT_TRUE(steps({}).empty()) << "a change of the order does not bring it back";
  const auto found = performed->of_study(system, StudyUid("1.2.3"));
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().state, "COMPLETED");
  EXPECT_EQ(found->front().patient.str(), "p1");
  ASSERT_EQ(found->front().instances.size(), 3u);
  EXPECT_EQ(found->front().instances[2].sop_instance.str(), "1.2.3.1.3");
  EXPECT_EQ(events(), (std::vector<std::string>{"performed-started", "performed-completed"}));
}

// What the steps of one study say together of its end (core/archive/life.h).
TEST_F(PerformedTest, steps_are_evidence_for_their_study) {
  const auto said = [&]() -> std::string {
    const auto read = store->read([](sql::Session& session) -> Result<std::string> {
      auto row = session.query("SELECT detail FROM archive_evidence WHERE study = '1.2.3'");
      return row.next() ? std::string(row.text(0)) : std::string();
    });
    return *read;
  };
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.1", begun()).ok());
  EXPECT_EQ(said(), R"({"instances":[],"in_progress":1})");
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.2", begun()).ok());
  ASSERT_TRUE(performed->change(sender, "2.25.1", ended("COMPLETED", 2)).ok());
  EXPECT_EQ(said(), R"({"instances":["1.2.3.1.1","1.2.3.1.2"],"in_progress":1})");
  ASSERT_TRUE(performed->change(sender, "2.25.2", ended("DISCONTINUED", 3)).ok());
  EXPECT_EQ(said(), R"({"instances":["1.2.3.1.1","1.2.3.1.2"],"in_progress":0})")
      << "what was broken off is not waited for";
  DataSet both = begun();
  both.add_item({0x0040, 0x0270}).set_text({0x0020, 0x000D}, "UI", "1.2.4");
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.3", both).ok());
  ASSERT_TRUE(performed->change(sender, "2.25.3", ended("COMPLETED", 5)).ok());
  EXPECT_EQ(said(), R"({"instances":["1.2.3.1.1","1.2.3.1.2"],"in_progress":0})")
      << "of two studies: nobody knows which instance is whose";
}

TEST_F(PerformedTest, a_step_is_read_back) {
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.1", begun()).ok());
  ASSERT_TRUE(performed->change(sender, "2.25.1", ended("COMPLETED", 2)).ok());
  const auto step = performed->read(modality, "2.25.1");
  EXPECT_EQ(step->text({0x0040, 0x0252}), "COMPLETED");
  EXPECT_EQ(step->items({0x0040, 0x0340}).size(), 1u);
  EXPECT_TRUE(performed->read(modality, "2.25.2").error().is(kNoStep));
  EXPECT_TRUE(performed->read(sender, "2.25.1").error().is(trust::kNotAllowed));
}

TEST_F(PerformedTest, what_is_final_stays) {
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.1", begun()).ok());
  EXPECT_EQ(refused("2.25.1", begun()), kDuplicateStep.name);
  ASSERT_TRUE(performed->change(sender, "2.25.1", ended("DISCONTINUED", 0)).ok());
  for (const char* state : {"IN PROGRESS", "COMPLETED", "DISCONTINUED"})
    EXPECT_TRUE(performed->change(sender, "2.25.1", ended(state, 1)).error().is(kFinalStep)) << state;
  EXPECT_TRUE(performed->of_study(system, StudyUid("1.2.3"))->front().instances.empty());
  EXPECT_TRUE(performed->change(sender, "2.25.2", ended("COMPLETED", 1)).error().is(kNoStep));
}

TEST_F(PerformedTest, what_a_step_must_say_is_asked_for) {
  for (const dicom::Tag tag :
       {dicom::Tag{0x0040, 0x0253}, dicom::Tag{0x0040, 0x0241}, dicom::Tag{0x0040, 0x0244},
        dicom::Tag{0x0040, 0x0252}, dicom::Tag{0x0008, 0x0060}, dicom::Tag{0x0040, 0x0270}}) {
    DataSet attributes = begun();
    attributes.erase(tag);
    EXPECT_EQ(refused("2.25.1", attributes), kMissingAttribute.name) << tag.str();
  }
  DataSet attributes = begun();
  attributes.set_text({0x0040, 0x0253}, "SH", "");
  EXPECT_EQ(refused("2.25.1", attributes), kMissingValue.name);
  attributes = begun();
  attributes.set_text({0x0040, 0x0252}, "CS", "COMPLETED");
  EXPECT_EQ(refused("2.25.1", attributes), kBadValue.name);
  EXPECT_EQ(refused("2.25.1", begun("not a uid")), kBadValue.name);
  EXPECT_EQ(refused("uid", begun()), kBadUid.name);
  EXPECT_EQ(performed->create(modality, "CT1", "2.25.1", begun()).error().kind(), ErrorKind::Denied);
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.1", begun()).ok());
  DataSet end = ended("COMPLETED", 1);
  end.erase({0x0040, 0x0250});
  EXPECT_TRUE(performed->change(sender, "2.25.1", end).error().is(kMissingAttribute));
  end = ended("COMPLETED", 1);
  end.erase({0x0040, 0x0340});
  EXPECT_TRUE(performed->change(sender, "2.25.1", end).error().is(kMissingAttribute));
  EXPECT_TRUE(performed->change(sender, "2.25.1", ended("DONE", 1)).error().is(kBadValue));
  EXPECT_EQ(events(), std::vector<std::string>{"performed-started"});
}

TEST_F(PerformedTest, who_and_when_it_began_cannot_be_changed) {
  ASSERT_TRUE(performed->create(sender, "CT1", "2.25.1", begun()).ok());
  DataSet change = ended("IN PROGRESS", 2);
  change.set_text({0x0040, 0x0241}, "AE", "OTHER");
  EXPECT_EQ(*performed->change(sender, "2.25.1", change), Changed::NotAll);
  EXPECT_EQ(performed->of_study(system, StudyUid("1.2.3"))->front().instances.size(), 2u);
  EXPECT_EQ(events(), std::vector<std::string>{"performed-started"}) << "it goes on";
  EXPECT_EQ(performed->list(system, 10)->front().state, "IN PROGRESS");
}

}  // namespace
}  // namespace xinglin::procedure
