#include "base/http/detail/exchange.h"

#include <algorithm>
#include <charconv>

#include "base/digest.h"

namespace xinglin::http::detail {
namespace {

constexpr size_t kHeadBytesMax = 64 * 1024;
constexpr ErrorCode kBadAnswer{"http.bad-answer", ErrorKind::Io, "the answer is not well-formed HTTP/1.1"};

class Reader {
public:
  Reader(net::Stream& stream, int64_t total_us)
      : stream_(stream), end_us_(total_us > 0 ? clock_.monotonic_us() + total_us : 0) {}

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
  Result<void> exactly(uint64_t size, const Take& take) {
    while (size > 0) {
      if (buffer_.empty()) XL_CHECK(fill());
      const size_t part = static_cast<size_t>(std::min<uint64_t>(size, buffer_.size()));
      XL_CHECK(take(as_bytes(std::string_view(buffer_).substr(0, part))));
      buffer_.erase(0, part);
      size -= part;
    }
    return {};
  }
  Result<void> to_end(const Take& take) {
    while (true) {
      if (!buffer_.empty()) XL_CHECK(take(as_bytes(buffer_)));
      buffer_.clear();
      const Result<void> more = fill();
      if (!more && more.error().is(net::kClosed)) return {};
      if (!more) return more.error();
    }
  }

private:
  Result<void> fill() {
    if (end_us_ > 0 && clock_.monotonic_us() > end_us_)
      return Error(errors::kTimeout, "the whole answer took too long");
    uint8_t bytes[16 * 1024];
    XL_TRY(const size_t n, stream_.read_some(bytes));
    buffer_.append(as_text({bytes, n}));
    return {};
  }
  net::Stream& stream_;
  SystemClock clock_;
  int64_t end_us_;
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
  size_t bytes = 0;
  do {  // an interim answer (100 Continue) comes before the real one
    out.headers.clear();
    XL_TRY(const std::string status, reader.line());
    if (!status.starts_with("HTTP/1.") || status.size() < 12) return Error(kBadAnswer);
    XL_TRY(out.status, parse_number<int>(std::string_view(status).substr(9, 3)));
    while (true) {
      XL_TRY(const std::string line, reader.line());
      if ((bytes += line.size() + 2) > kHeadBytesMax)
        return Error(errors::kTooLarge, "the head of the answer is too long");
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

Result<void> read_chunks(Reader& reader, const Take& take) {
  while (true) {
    XL_TRY(const std::string head, reader.line());
    XL_TRY(const uint64_t size, parse_number<uint64_t>(head, 16));
    if (size == 0) return {};
    XL_CHECK(reader.exactly(size, take));
    XL_TRY(const std::string end, reader.line());
    if (!end.empty()) return Error(kBadAnswer);
  }
}

}  // namespace

Result<void> exchange(net::Stream& stream, const Exchange& request, ClientResponse& answer,
                      const Take& take) {
  const Method method = request.method;
  std::string head = std::string(to_string(method)) + " " + request.target +
                     " HTTP/1.1\r\nHost: " + request.host + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : request.headers) head += name + ": " + value + "\r\n";
  const bool has_body =
      !request.body.empty() || method == Method::Post || method == Method::Put || method == Method::Patch;
  if (has_body) head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  head += "\r\n";
  XL_CHECK(stream.write_all(as_bytes(head), as_bytes(request.body)));
  Reader reader(stream, request.total_us);
  XL_CHECK(read_head(reader, answer));
  if (method == Method::Head || answer.status == 204 || answer.status == 304) return {};
  const auto length = answer.headers.find("content-length");
  if (answer.headers.contains("transfer-encoding")) return read_chunks(reader, take);
  if (length == answer.headers.end()) return reader.to_end(take);
  XL_TRY(const uint64_t size, parse_number<uint64_t>(length->second));
  return reader.exactly(size, take);
}

}  // namespace xinglin::http::detail
