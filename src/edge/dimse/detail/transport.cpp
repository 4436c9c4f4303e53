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
constexpr size_t kReadAhead = 256 * 1024;  // of a data set that is read as it goes out

uint32_t big_endian(const uint8_t* at) {
  return static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 |
         static_cast<uint32_t>(at[2]) << 8 | at[3];
}

void put_big_endian(uint8_t* at, size_t value) {
  for (size_t i = 0; i < 4; ++i) at[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}

// Bytes of a message in one P-DATA-TF.
size_t room_of(uint32_t peer_pdu_max) {
  const uint32_t pdu = peer_pdu_max == 0 ? kSendPduMax : std::min(peer_pdu_max, kSendPduMax);
  return std::max<size_t>(pdu, 256) - kPdvHeader;
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
  const size_t room = room_of(peer_pdu_max);
  do {
    const size_t n = std::min(room, message.size());
    XL_CHECK(send_pdv(context, command, n == message.size(), message.first(n)));
    message = message.subspan(n);
  } while (!message.empty());
  return {};
}

Result<void> Transport::send(uint8_t context, const DataSource& data_set, uint32_t peer_pdu_max) {
  const size_t room = room_of(peer_pdu_max);
  std::vector<uint8_t> piece(
      std::min<uint64_t>(data_set.size_bytes, std::max(room, kReadAhead / room * room)));
  for (uint64_t at = 0; at < data_set.size_bytes; at += piece.size()) {
    piece.resize(std::min<uint64_t>(piece.size(), data_set.size_bytes - at));
    XL_CHECK(data_set.read(at, piece));
    const bool ends = at + piece.size() == data_set.size_bytes;
    for (std::span<const uint8_t> rest(piece); !rest.empty();) {
      const size_t n = std::min(room, rest.size());
      XL_CHECK(send_pdv(context, false, ends && n == rest.size(), rest.first(n)));
      rest = rest.subspan(n);
    }
  }
  return {};
}

Result<void> Transport::send_pdv(uint8_t context, bool command, bool last,
                                 std::span<const uint8_t> fragment) {
  std::array<uint8_t, kPduHeader + kPdvHeader> head{static_cast<uint8_t>(PduType::Data)};
  put_big_endian(&head[2], fragment.size() + kPdvHeader);
  put_big_endian(&head[6], fragment.size() + 2);
  head[10] = context;
  head[11] = static_cast<uint8_t>((command ? 1 : 0) | (last ? 2 : 0));
  return stream_.write_all(head, fragment);
}

void Transport::linger() {
  const int64_t deadline = clock_.monotonic_us() + kLingerMs * kMillisecondUs;
  for (int slices = 0; slices <= kLingerMs / kSliceMs && clock_.monotonic_us() < deadline; ++slices) {
    const auto got = stream_.read_some(buffer_);
    if (!got.ok() && !got.error().is(net::kTimedOut)) return;
  }
}

}  // namespace xinglin::dimse
