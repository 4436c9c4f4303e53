#include "edge/dimse/detail/transport.h"

#include <algorithm>
#include <array>

#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

constexpr size_t kBuffer = 64 * 1024;
constexpr int kSliceMs = 200;  // how soon a silent association notices that the service stops
constexpr int kLingerMs = 2000;
// Our own P-DATA-TFs stay below this even when the peer sets no limit.
constexpr uint32_t kSendPduMax = 1u << 20;

uint32_t big_endian(const uint8_t* at) {
  return static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 |
         static_cast<uint32_t>(at[2]) << 8 | at[3];
}

void put_big_endian(uint8_t* at, size_t value) {
  for (size_t i = 0; i < 4; ++i) at[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

Transport::Transport(net::Stream& stream, const Clock& clock, int network_timeout_ms)
    : stream_(stream), clock_(clock), network_timeout_ms_(network_timeout_ms), buffer_(kBuffer) {
  stream_.set_timeouts(kSliceMs, network_timeout_ms);
  stream_.set_quick_ack(true);
}

// Reads what is there into the empty buffer.
Result<void> Transport::fill(int64_t deadline_us, const std::function<bool()>& stop) {
  begin_ = end_ = 0;
  for (;;) {
    const auto got = stream_.read_some(buffer_);
    if (got.ok()) {
      end_ = *got;
      return {};
    }
    if (!got.error().is(net::kTimedOut)) return got.error();
    if (stop && stop()) return Error(errors::kCancelled);
    if (clock_.monotonic_us() >= deadline_us) return got.error();
  }
}

Result<PduHeader> Transport::next_pdu(int timeout_ms, const std::function<bool()>& stop) {
  if (stop && stop() && !has_buffered()) return Error(errors::kCancelled);
  if (!has_buffered()) XL_CHECK(fill(clock_.monotonic_us() + timeout_ms * kMillisecondUs, stop));
  std::array<uint8_t, kPduHeader> header;
  XL_CHECK(read(header));
  return PduHeader{header[0], big_endian(&header[2])};
}

Result<void> Transport::wait_for_input(int timeout_ms) {
  if (has_buffered()) return {};
  return fill(clock_.monotonic_us() + timeout_ms * kMillisecondUs, {});
}

Result<PdvHeader> Transport::next_pdv(uint32_t left_in_pdu) {
  if (left_in_pdu < kPdvHeader) return Error(kBadPdu, "a PDV header is cut off");
  std::array<uint8_t, kPdvHeader> header;
  XL_CHECK(read(header));
  const uint32_t length = big_endian(header.data());
  if (length < 2 || length - 2 > left_in_pdu - kPdvHeader)
    return Error(kBadPdu, "a PDV is longer than its PDU");
  return PdvHeader{length - 2, header[4], (header[5] & 1) != 0, (header[5] & 2) != 0};
}

Result<void> Transport::read(std::span<uint8_t> out) {
  int64_t deadline = clock_.monotonic_us() + network_timeout_ms_ * kMillisecondUs;
  while (!out.empty()) {
    if (has_buffered()) {
      const size_t n = std::min(out.size(), end_ - begin_);
      std::copy_n(buffer_.begin() + static_cast<ptrdiff_t>(begin_), n, out.begin());
      begin_ += n;
      out = out.subspan(n);
      continue;
    }
    if (out.size() < kBuffer / 4) {
      XL_CHECK(fill(deadline, {}));
      continue;
    }
    // Large fragments go straight to where they are kept.
    const auto got = stream_.read_some(out);
    if (got.ok()) {
      out = out.subspan(*got);
      deadline = clock_.monotonic_us() + network_timeout_ms_ * kMillisecondUs;
    } else if (!got.error().is(net::kTimedOut) || clock_.monotonic_us() >= deadline) {
      return got.error();
    }
  }
  return {};
}

Result<void> Transport::write(std::span<const uint8_t> pdu) {
  return stream_.write_all(pdu);
}

Result<void> Transport::send(uint8_t context, bool command, std::span<const uint8_t> message,
                             uint32_t peer_pdu_max) {
  const uint32_t pdu = peer_pdu_max == 0 ? kSendPduMax : std::min(peer_pdu_max, kSendPduMax);
  const size_t room = std::max<size_t>(pdu, 256) - kPdvHeader;
  do {
    const size_t n = std::min(room, message.size());
    const bool last = n == message.size();
    std::array<uint8_t, kPduHeader + kPdvHeader> head{static_cast<uint8_t>(PduType::Data)};
    put_big_endian(&head[2], n + kPdvHeader);
    put_big_endian(&head[6], n + 2);
    head[10] = context;
    head[11] = static_cast<uint8_t>((command ? 1 : 0) | (last ? 2 : 0));
    XL_CHECK(stream_.write_all(head, message.first(n)));
    message = message.subspan(n);
  } while (!message.empty());
  return {};
}

void Transport::linger() {
  const int64_t deadline = clock_.monotonic_us() + kLingerMs * kMillisecondUs;
  for (int slices = 0; slices <= kLingerMs / kSliceMs && clock_.monotonic_us() < deadline; ++slices) {
    const auto got = stream_.read_some(buffer_);
    if (!got.ok() && !got.error().is(net::kTimedOut)) return;
  }
}

}  // namespace xinglin::dimse
