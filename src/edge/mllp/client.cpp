#include "edge/mllp/client.h"

#include <array>

#include "base/digest.h"

namespace xinglin::mllp {

Client::Client(net::Stream stream, Options options)
    : stream_(std::move(stream)), deframer_({options.ack_bytes_max, options.ack_bytes_max * 2, 4096}) {
  stream_.set_timeouts(options.ack_timeout_ms, options.ack_timeout_ms);
  stream_.set_quick_ack(true);
}

Result<Client> Client::connect(const net::Endpoint& endpoint, Options options) {
  XL_TRY(net::Stream stream, net::Stream::connect(endpoint, options.connect_timeout_ms));
  return Client(std::move(stream), options);
}

Result<std::string> Client::receive() {
  std::array<uint8_t, 16 * 1024> buffer;
  while (true) {
    if (const auto message = deframer_.next()) {
      if (message->oversize) return Error(errors::kTooLarge, "the acknowledgement is over the limit");
      return std::string(as_text(message->bytes));
    }
    XL_TRY(const size_t n, stream_.read_some(buffer));
    if (!deframer_.feed(std::span(buffer).first(n))) return Error(errors::kInvalid, "the answer is not MLLP");
  }
}

Result<std::string> Client::send(std::string_view message) {
  XL_CHECK(stream_.write_all(frame(as_bytes(message))));
  return receive();
}

}  // namespace xinglin::mllp
