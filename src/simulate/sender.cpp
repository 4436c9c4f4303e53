#include "simulate/sender.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/digest.h"
#include "base/log.h"
#include "codec/hl7v2/ack.h"
#include "edge/dimse/scu.h"
#include "edge/mllp/client.h"

namespace xinglin::simulate {

namespace {

// What came of handing one event over: taken, refused for good, or to be tried again.
enum class Handed { Taken, Refused, Later };

void nap(int64_t us) {
  std::this_thread::sleep_for(std::chrono::microseconds(us));
}

constexpr int64_t kLookEveryUs = 100 * kMillisecondUs;  // how soon a stop is noticed
constexpr int kRefusedTriesMax = 3;

}  // namespace

struct Sender::Impl {
  Impl(const Clock& c, SendOptions o) : clock(c), options(std::move(o)) {}

  const Clock& clock;
  SendOptions options;
  std::optional<mllp::Client> hl7;
  Summary summary;

  Handed send(const Event& event);
  Handed send_message(const std::string& message);
  Handed send_file(const std::vector<uint8_t>& file);
  Result<bool> deliver(const Event& event, const std::atomic<bool>& stop);
  bool wait_until(Instant due, const std::atomic<bool>& stop) const;
  void count(const Event& event, bool refused);
};

Handed Sender::Impl::send(const Event& event) {
  if (!event.message.empty()) return options.mllp ? send_message(event.message) : Handed::Taken;
  return options.dimse ? send_file(event.file) : Handed::Taken;
}

Handed Sender::Impl::send_message(const std::string& message) {
  if (!hl7) {
    auto connected = mllp::Client::connect(*options.mllp);
    if (!connected) return Handed::Later;
    hl7.emplace(std::move(*connected));
  }
  const auto answer = hl7->send(message);
  if (!answer) {
    hl7.reset();
    return Handed::Later;
  }
  const auto ack = hl7v2::parse_ack(as_bytes(*answer));
  if (!ack) {
    hl7.reset();
    return Handed::Later;
  }
  if (ack->code == hl7v2::AckCode::AA) return Handed::Taken;
  summary.last_refusal = std::string(hl7v2::to_string(ack->code));
  for (const hl7v2::AckError& error : ack->errors) {
    summary.last_refusal += " " + error.location + " " + error.message;
    if (error.code == hl7v2::kInternal || error.code == hl7v2::kRecordLocked) return Handed::Later;
  }
  return Handed::Refused;
}

Handed Sender::Impl::send_file(const std::vector<uint8_t>& file) {
  const auto context = dimse::Scu::context_of(file);
  if (!context) {
    summary.last_refusal = context.error().message();
    return Handed::Refused;
  }
  const dimse::Scu::Options to{
      .peer = *options.dimse, .calling_ae = "XINGLIN-SIM", .called_ae = options.called_ae};
  auto association = dimse::Scu::associate(to, {*context}, clock);
  if (!association) {
    summary.last_refusal = association.error().message();
    return Handed::Later;
  }
  const auto answer = association->store(file);
  if (!answer) return Handed::Later;
  (void)association->release();
  if (answer->stored()) return Handed::Taken;
  summary.last_refusal = "C-STORE status " + std::to_string(answer->status) + " " + answer->comment;
  // 0xA7xx: out of resources (PS3.4 B.2.3)
  return (answer->status & 0xFF00) == 0xA700 ? Handed::Later : Handed::Refused;
}

// True: go on; false: told to stop.
Result<bool> Sender::Impl::deliver(const Event& event, const std::atomic<bool>& stop) {
  const int64_t begun = clock.monotonic_us();
  int64_t pause_us = options.pause_first_us;
  int answered_later = 0;
  while (!stop) {
    const bool connected_before = hl7.has_value();
    const Handed handed = send(event);
    if (handed != Handed::Later) {
      count(event, handed == Handed::Refused);
      return true;
    }
    // An answer that says "internal error" again and again is a refusal too.
    const bool answered = connected_before && hl7.has_value() && !event.message.empty();
    if (answered && ++answered_later >= kRefusedTriesMax) {
      count(event, true);
      return true;
    }
    if (clock.monotonic_us() - begun > options.give_up_us)
      return Error(kServerAway, "gave up on an event after trying for too long");
    if (summary.retries++ == 0) log::warning("simulate.server-away", {{"retrying", "yes"}});
    for (int64_t left = pause_us; left > 0 && !stop; left -= kLookEveryUs) nap(std::min(left, kLookEveryUs));
    pause_us = std::min(pause_us * 2, options.pause_max_us);
  }
  return false;
}

void Sender::Impl::count(const Event& event, bool refused) {
  const bool message = !event.message.empty();
  ++(message ? summary.messages : summary.ecgs);
  if (refused) ++(message ? summary.messages_refused : summary.ecgs_refused);
}

bool Sender::Impl::wait_until(Instant due, const std::atomic<bool>& stop) const {
  while (!stop) {
    const int64_t left = due - clock.now();
    if (left <= 0) return true;
    nap(std::min(left, kLookEveryUs));
  }
  return false;
}

Sender::Sender(const Clock& clock, SendOptions options)
    : impl_(std::make_unique<Impl>(clock, std::move(options))) {}
Sender::~Sender() = default;

Result<Summary> Sender::run(Ward& ward, const std::atomic<bool>& stop,
                            const std::function<void(const Summary&, const Event&)>& progress) {
  const SendOptions& options = impl_->options;
  impl_->summary = {};
  while (!stop && (options.events_max == 0 || impl_->summary.events() < options.events_max)) {
    const Event event = ward.next();
    if (options.for_us && event.due > ward.options().start + *options.for_us) break;
    if (!impl_->wait_until(event.due, stop)) break;
    XL_TRY(const bool go_on, impl_->deliver(event, stop));
    if (!go_on) break;
    if (progress) progress(impl_->summary, event);
  }
  return impl_->summary;
}

}  // namespace xinglin::simulate
