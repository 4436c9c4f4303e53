// The live stream over a real socket: what a browser's EventSource sees.
#include "base/digest.h"
#include "base/net/socket.h"
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

class EventPage {
public:
  EventPage(const World& world, const Browser& browser, const std::string& more = "") {
    Result<net::Stream> connected = net::Stream::connect(world.server->endpoint(), 5000);
    EXPECT_TRUE(connected.ok());
    stream_.emplace(std::move(*connected));
    stream_->set_timeouts(20'000, 5000);
    const std::string request =
        "GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: xinglin_session=" + browser.cookie + "\r\n" +
        more + "\r\n";
    EXPECT_TRUE(stream_->write_all(as_bytes(request)).ok());
  }
  // Reads until the text has come; false when the stream ended or the deadline passed.
  bool wait_for(std::string_view text) {
    while (seen_.find(text) == std::string::npos) {
      uint8_t buffer[4096];
      const Result<size_t> n = stream_->read_some(buffer);
      if (!n) return false;
      seen_.append(reinterpret_cast<const char*>(buffer), *n);
    }
    return true;
  }
  const std::string& seen() const { return seen_; }

private:
  std::optional<net::Stream> stream_;
  std::string seen_;
};

TEST(Events, ReachAnOpenPageAndOneThatComesBack) {
  World world;
  world.house.journal->start();
  Browser nurse = world.signed_in(Role::Nurse);
  EventPage page(world, nurse);
  ASSERT_TRUE(page.wait_for("retry: 2000"));
  const std::string patient = world.house.admit("Berg", "Anna", "", "10001", "3W", "1");
  ASSERT_TRUE(page.wait_for("event: patient\n"));
  EXPECT_NE(page.seen().find("text/event-stream"), std::string::npos);
  world.house.vital(patient, "8867-4", 140, "/min");
  ASSERT_TRUE(page.wait_for("event: result\n"));
  EXPECT_NE(page.seen().find("\"patient\":\"" + patient + "\""), std::string::npos);

  world.house.settle();
  EventPage again(world, nurse, "Last-Event-ID: 1\r\n");
  EXPECT_TRUE(again.wait_for("event: result\n")) << "what was missed comes first";
  EventPage fresh(world, nurse);
  ASSERT_TRUE(fresh.wait_for("retry: 2000"));
  EXPECT_EQ(fresh.seen().find("event: result"), std::string::npos);
}

TEST(Events, EndWhenThePersonSignsOut) {
  World world;
  Browser nurse = world.signed_in(Role::Nurse);
  EventPage page(world, nurse);
  ASSERT_TRUE(page.wait_for("retry: 2000"));
  EXPECT_EQ(nurse.send(http::Method::Delete, "/api/session").status, 204);
  EXPECT_FALSE(page.wait_for("never comes")) << "the stream ends";
  EventPage after(world, nurse);
  EXPECT_TRUE(after.wait_for("401"));
}

}  // namespace
}  // namespace xinglin::web
