#include "base/http/detail/frames.h"

namespace xinglin::http::detail {
namespace {

constexpr uint16_t kProtocolError = 1002, kNotTaken = 1003, kTooBig = 1009;
constexpr uint8_t kFinal = 0x80, kReserved = 0x70, kMasked = 0x80;
constexpr size_t kMaskBytes = 4, kControlBytesMax = 125;

}  // namespace

std::optional<Frame> FrameReader::fail(uint16_t code) {
  broken_ = code;
  buffer_.clear();
  return std::nullopt;
}

std::optional<Frame> FrameReader::next() {
  if (broken_ != 0 || buffer_.size() < 2) return std::nullopt;
  const auto byte = [&](size_t at) { return static_cast<uint8_t>(buffer_[at]); };
  const uint8_t code = byte(0) & 0x0f;
  if ((byte(0) & kReserved) != 0 || (byte(1) & kMasked) == 0) return fail(kProtocolError);
  const bool control = code >= 8;
  if (code > 10 || (code > 2 && !control)) return fail(kProtocolError);
  if ((byte(0) & kFinal) == 0) return fail(control ? kProtocolError : kTooBig);
  if (code == 0) return fail(kProtocolError);  // the rest of a message that never began
  if (code == 2) return fail(kNotTaken);
  size_t head = 2;
  uint64_t length = byte(1) & 0x7f;
  if (length >= 126) {
    const size_t more = length == 126 ? 2 : 8;
    if (control) return fail(kProtocolError);
    if (buffer_.size() < head + more) return std::nullopt;
    length = 0;
    for (size_t i = 0; i < more; ++i) length = length << 8 | byte(head + i);
    head += more;
  }
  if (length > payload_bytes_max_ || (control && length > kControlBytesMax)) return fail(kTooBig);
  const size_t size = static_cast<size_t>(length);
  if (buffer_.size() < head + kMaskBytes + size) return std::nullopt;
  Frame out{static_cast<Opcode>(code), buffer_.substr(head + kMaskBytes, size)};
  for (size_t i = 0; i < size; ++i)
    out.payload[i] = static_cast<char>(static_cast<uint8_t>(out.payload[i]) ^ byte(head + i % kMaskBytes));
  buffer_.erase(0, head + kMaskBytes + size);
  return out;
}

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out(1, static_cast<char>(kFinal | static_cast<uint8_t>(opcode)));
  const size_t size = payload.size();
  if (size < 126) {
    out.push_back(static_cast<char>(size));
  } else {
    const int more = size < 65'536 ? 2 : 8;
    out.push_back(static_cast<char>(more == 2 ? 126 : 127));
    for (int i = more - 1; i >= 0; --i)
      out.push_back(static_cast<char>(static_cast<uint64_t>(size) >> (8 * i) & 0xff));
  }
  return out.append(payload);
}

std::string close_frame(uint16_t code) {
  const char bytes[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return frame(Opcode::Close, {bytes, sizeof bytes});
}

}  // namespace xinglin::http::detail
