#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/http/http.h"

namespace xinglin::http {
namespace {

constexpr size_t kHeadBytesMax = 64 * 1024;
constexpr size_t kBodyBytesMax = 512 * 1024 * 1024;
constexpr ErrorCode kBadAnswer{"http.bad-answer", ErrorKind::Io, "the answer is not well-formed HTTP/1.1"};

class Reader {
public:
  explicit Reader(net::Stream& stream) : stream_(stream) {}

  Result<std::string> line() {
    while (true) {
      const size_t end = buffer_.find("\r\n");
      if (end != std::string::npos) {
        std::string out = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return out;
      }
      if (buffer_.size() > kHeadBytesMax)
        return Error(errors::kTooLarge, "a header line of the answer is too long");
      XL_CHECK(fill());
    }
  }
  Result<std::string> exactly(size_t size) {
    if (size > kBodyBytesMax) return Error(errors::kTooLarge, "the body of the answer is too large");
    while (buffer_.size() < size) XL_CHECK(fill());
    std::string out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
  }
  Result<std::string> to_end() {
    while (true) {
      const Result<void> more = fill();
      if (!more && more.error().is(net::kClosed)) return std::move(buffer_);
      if (!more) return more.error();
      if (buffer_.size() > kBodyBytesMax)
        return Error(errors::kTooLarge, "the body of the answer is too large");
    }
  }

private:
  Result<void> fill() {
    uint8_t bytes[16 * 1024];
    XL_TRY(const size_t n, stream_.read_some(bytes));
    buffer_.append(as_text({bytes, n}));
    return {};
  }
  net::Stream& stream_;
  std::string buffer_;
};

template <class Int>
Result<Int> parse_number(std::string_view text, int base = 10) {
  Int out{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  if (ec != std::errc() || end == text.data()) return Error(kBadAnswer);
  return out;
}

Result<void> read_head(Reader& reader, ClientResponse& out) {
  do {  // an interim answer (100 Continue) comes before the real one
    out.headers.clear();
    XL_TRY(const std::string status, reader.line());
    if (!status.starts_with("HTTP/1.") || status.size() < 12) return Error(kBadAnswer);
    XL_TRY(out.status, parse_number<int>(std::string_view(status).substr(9, 3)));
    while (true) {
      XL_TRY(const std::string line, reader.line());
      if (line.empty()) break;
      const size_t colon = line.find(':');
      if (colon == std::string::npos) return Error(kBadAnswer);
      std::string name = line.substr(0, colon);
      for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      const size_t begin = std::min(line.find_first_not_of(' ', colon + 1), line.size());
      std::string& value = out.headers[name];
      value += (value.empty() ? "" : ", ") + line.substr(begin);
    }
  } while (out.status < 200);
  return {};
}

Result<std::string> read_chunks(Reader& reader) {
  std::string out;
  while (true) {
    XL_TRY(const std::string head, reader.line());
    XL_TRY(const size_t size, parse_number<size_t>(head, 16));
    if (size == 0) return out;
    XL_TRY(const std::string chunk, reader.exactly(size));
    out += chunk;
    XL_TRY(const std::string end, reader.line());
    if (!end.empty() || out.size() > kBodyBytesMax) return Error(kBadAnswer);
  }
}

}  // namespace

Result<ClientResponse> Client::send(Method method, std::string_view target, std::string_view body,
                                    const std::vector<std::pair<std::string, std::string>>& headers,
                                    int timeout_ms) const {
  XL_TRY(net::Stream stream, net::Stream::connect(endpoint_, timeout_ms));
  stream.set_timeouts(timeout_ms, timeout_ms);
  std::string head = std::string(to_string(method)) + " " + std::string(target) +
                     " HTTP/1.1\r\nHost: " + endpoint_.str() + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) head += name + ": " + value + "\r\n";
  const bool has_body =
      !body.empty() || method == Method::Post || method == Method::Put || method == Method::Patch;
  if (has_body) head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  head += "\r\n";
  XL_CHECK(stream.write_all(as_bytes(head), as_bytes(body)));

  ClientResponse out;
  Reader reader(stream);
  XL_CHECK(read_head(reader, out));
  if (method == Method::Head || out.status == 204 || out.status == 304) return out;
  const auto length = out.headers.find("content-length");
  if (const auto coding = out.headers.find("transfer-encoding"); coding != out.headers.end()) {
    XL_TRY(out.body, read_chunks(reader));
  } else if (length != out.headers.end()) {
    XL_TRY(const size_t size, parse_number<size_t>(length->second));
    XL_TRY(out.body, reader.exactly(size));
  } else {
    XL_TRY(out.body, reader.to_end());
  }
  return out;
}

}  // namespace xinglin::http
