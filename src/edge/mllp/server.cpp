#include "edge/mllp/server.h"

#include <array>

#include "base/log.h"

namespace xinglin::mllp {
namespace {

constexpr int kPollMs =
    200;  // how long a read may block before the thread looks whether the server is stopping

}  // namespace

struct Server::Counters {
  explicit Counters(Metrics& m)
      : messages(m.counter("xinglin_mllp_messages_total", "HL7 v2 messages received over MLLP")),
        oversize(m.counter("xinglin_mllp_oversize_total", "MLLP messages refused for their size")),
        connections(m.counter("xinglin_mllp_connections_total", "MLLP connections accepted")),
        junk(m.counter("xinglin_mllp_junk_bytes_total", "bytes outside MLLP frames")),
        given_up(m.counter("xinglin_mllp_given_up_total",
                           "MLLP connections closed because the peer broke the protocol")) {}
  Counter& messages;
  Counter& oversize;
  Counter& connections;
  Counter& junk;
  Counter& given_up;
};

Server::Server(Key, Options options, Receiver receiver, const Clock& clock, Metrics& metrics)
    : options_(std::move(options)),
      receiver_(std::move(receiver)),
      clock_(clock),
      counters_(std::make_unique<Counters>(metrics)) {}

Server::~Server() {
  stop(0);
}

Result<std::unique_ptr<Server>> Server::start(Options options, Receiver receiver, const Clock& clock,
                                              Metrics& metrics) {
  auto self = std::make_unique<Server>(Key{}, std::move(options), std::move(receiver), clock, metrics);
  net::Listener::Options listen;
  listen.name = "mllp";
  listen.endpoint = self->options_.endpoint;
  listen.connections_max = self->options_.connections_max;
  XL_TRY(self->listener_, net::Listener::start(std::move(listen), [raw = self.get()](net::Stream& stream) {
           raw->serve(stream);
         }));
  return self;
}

void Server::stop(int grace_ms) {
  stopping_ = true;
  if (listener_) listener_->stop(grace_ms);
}

// Answers every whole message at hand.
Result<void> Server::answer(net::Stream& stream, Deframer& deframer) {
  while (auto message = deframer.next()) {
    std::vector<uint8_t> reply;
    if (message->oversize) {
      counters_->oversize.add();
      reply = receiver_.refuse_oversize(message->bytes, message->size_bytes, stream.peer());
    } else {
      counters_->messages.add();
      reply = receiver_.receive(message->bytes, stream.peer());
    }
    if (!reply.empty()) XL_CHECK(stream.write_all(frame(reply)));
  }
  return {};
}

void Server::serve(net::Stream& stream) {
  counters_->connections.add();
  stream.set_timeouts(kPollMs, options_.write_timeout_ms);
  stream.set_quick_ack(true);
  Deframer deframer(options_.limits);
  std::array<uint8_t, 64 * 1024> buffer;
  int64_t quiet_since = clock_.monotonic_us();
  while (true) {
    const auto n = stream.read_some(buffer);
    const int64_t now = clock_.monotonic_us();
    if (n.ok()) {
      const bool speaks_mllp = deframer.feed(std::span(buffer).first(*n));
      if (const auto answered = answer(stream, deframer); !answered.ok()) {
        log::warning("mllp.answer-not-sent",
                     {{"peer", stream.peer()}, {"why", answered.error().code().name}});
        break;
      }
      if (!speaks_mllp) {
        counters_->given_up.add();
        log::warning("mllp.not-mllp", {{"peer", stream.peer()}});
        break;
      }
      quiet_since = clock_.monotonic_us();
      continue;
    }
    if (!n.error().is(net::kTimedOut)) break;
    if (stopping_ && !deframer.inside_message()) break;
    const int64_t quiet_ms = (now - quiet_since) / kMillisecondUs;
    if (quiet_ms >= (deframer.inside_message() ? options_.message_timeout_ms : options_.idle_timeout_ms)) {
      log::info("mllp.silent",
                {{"peer", stream.peer()}, {"inside_message", deframer.inside_message() ? 1 : 0}});
      break;
    }
  }
  counters_->junk.add(deframer.junk_bytes());
}

}  // namespace xinglin::mllp
