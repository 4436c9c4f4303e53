#include "edge/web/event_hub.h"

#include <future>

#include "store/journal/tests/fixture.h"

namespace xinglin::web {
namespace {

constexpr Instant kNever{INT64_MAX};

class EventHubTest : public journal::JournalFixture {
protected:
  void SetUp() override {
    JournalFixture::SetUp();
    make(EventHub::Options{});
  }
  void make(EventHub::Options options) { hub_ = std::make_unique<EventHub>(*journal_, clock_, options); }
  void push(int64_t id, const std::string& type, const std::string& patient,
            const std::string& subject = "s") {
    hub_->push(journal::Event{.id = id, .type = type, .subject = subject, .patient = patient});
  }
  std::unique_ptr<EventHub::Stream> open(std::optional<int64_t> after = {},
                                         Audience audience = Audience::Clinical) {
    return hub_->open(audience, "key", kNever, after);
  }
  std::unique_ptr<EventHub> hub_;
};

TEST_F(EventHubTest, TellsAPageWhatHappenedInEventStreamForm) {
  const auto stream = open();
  EXPECT_EQ(stream->next(0), "");
  push(7, "record.observation-created", "p1", "Observation/4f");
  EXPECT_EQ(
      stream->next(0),
      "id: 7\nevent: observation\n"
      "data: {\"type\":\"record.observation-created\",\"id\":\"Observation/4f\",\"patient\":\"p1\"}\n\n");
  EXPECT_EQ(stream->next(0), "");
}

TEST_F(EventHubTest, LeavesOutWhatNoPageShows) {
  const auto stream = open();
  push(1, "something.else", "p1");
  EXPECT_EQ(stream->next(0), "");
}

TEST_F(EventHubTest, FoldsABurstIntoOneMessageAndResumesBeforeWhatWaits) {
  const auto stream = open();
  push(1, "record.observation-created", "p1");
  EXPECT_NE(stream->next(0)->find("id: 1\n"), std::string::npos);
  push(2, "record.observation-created", "p1");
  push(3, "record.observation-created", "p1", "newest");
  push(4, "record.observation-created", "p2");
  // p1 waits for its second; p2 goes out at once, but a page that comes back must still be told of 2 and 3.
  const std::optional<std::string> now = stream->next(0);
  EXPECT_NE(now->find("\"patient\":\"p2\""), std::string::npos);
  EXPECT_EQ(now->find("\"patient\":\"p1\""), std::string::npos);
  EXPECT_NE(now->find("id: 1\n"), std::string::npos);
  EXPECT_EQ(stream->next(0), "");
  clock_.advance(kSecondUs);
  const std::optional<std::string> later = stream->next(0);
  EXPECT_NE(later->find("\"id\":\"newest\""), std::string::npos);
  EXPECT_NE(later->find("id: 4\n"), std::string::npos);
  EXPECT_EQ(later->find("event: observation"), later->rfind("event: observation"));
}

TEST_F(EventHubTest, AnAuditorHearsNoPatient) {
  const auto stream = open({}, Audience::System);
  push(1, "record.observation-created", "p1");
  push(2, "archive.instance-stored", "p1", "1.2.3");
  const std::optional<std::string> text = stream->next(0);
  EXPECT_EQ(
      *text,
      "id: 2\nevent: message\ndata: {\"type\":\"archive.instance-stored\",\"id\":\"\",\"patient\":null}\n\n");
}

TEST_F(EventHubTest, APageThatComesBackHearsWhatItMissedFromTheRing) {
  for (int64_t id = 1; id <= 3; ++id) push(id, "record.patient-updated", "p" + std::to_string(id));
  const std::optional<std::string> text = open(1)->next(0);
  EXPECT_EQ(text->find("\"p1\""), std::string::npos);
  EXPECT_NE(text->find("\"p2\""), std::string::npos);
  EXPECT_NE(text->find("\"p3\""), std::string::npos);
  EXPECT_EQ(open()->next(0), "") << "a new page starts with what comes now";
}

TEST_F(EventHubTest, AfterARestartItHearsWhatTheJournalKept) {
  append("record.patient-updated", "Patient/a");
  append("record.patient-updated", "Patient/b");
  const std::optional<std::string> text = open(1)->next(0);
  EXPECT_NE(text->find("Patient/b"), std::string::npos);
  EXPECT_EQ(text->find("Patient/a"), std::string::npos);
}

TEST_F(EventHubTest, IsToldToRefetchWhenTooMuchHasPassed) {
  make(EventHub::Options{.ring_length = 2, .catch_up_max = 2});
  for (int i = 0; i < 4; ++i) append("record.patient-updated", "Patient/" + std::to_string(i));
  const std::optional<std::string> text = open(0)->next(0);
  EXPECT_NE(text->find("event: system"), std::string::npos);
  EXPECT_NE(text->find("\"type\":\"reset\""), std::string::npos);
  const auto slow = open();
  push(10, "record.patient-updated", "p");
  EXPECT_NE(slow->next(0)->find("id: 10\n"), std::string::npos);
  for (int64_t id = 11; id < 20; ++id) push(id, "record.patient-updated", "p" + std::to_string(id));
  EXPECT_NE(slow->next(0)->find("\"type\":\"reset\""), std::string::npos) << "it slept through a whole ring";
}

TEST_F(EventHubTest, EndsWithTheSessionWithTheHouseAndWithItsTime) {
  const auto mine = hub_->open(Audience::Clinical, "mine", kNever, {});
  const auto other = hub_->open(Audience::Clinical, "other", kNever, {});
  const auto timed = hub_->open(Audience::Clinical, "timed", clock_.now() + kMinuteUs, {});
  hub_->close("mine");
  EXPECT_EQ(mine->next(0), std::nullopt);
  EXPECT_EQ(other->next(0), "");
  clock_.advance(kMinuteUs);
  EXPECT_EQ(timed->next(0), std::nullopt);
  hub_->close_all();
  EXPECT_EQ(other->next(0), std::nullopt);
}

TEST_F(EventHubTest, AWaitingPageWakesWhenSomethingComes) {
  const auto stream = open();
  std::future<std::optional<std::string>> text =
      std::async(std::launch::async, [&] { return stream->next(kDeadlineMs); });
  push(1, "inference.published", "p1", "r1");
  EXPECT_NE(text.get()->find("event: result"), std::string::npos);
}

}  // namespace
}  // namespace xinglin::web
