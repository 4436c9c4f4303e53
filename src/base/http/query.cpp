#include <algorithm>

#include "base/charset.h"
#include "base/http/detail/target.h"
#include "base/http/http.h"

namespace xinglin::http {
namespace {

constexpr size_t kParametersMax = 512;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

namespace detail {

Result<std::string> percent_decode(std::string_view text, bool plus_is_space, const ErrorCode& code) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return Error(code, "a percent sign must be followed by two hexadecimal digits");
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  if (out.find('\0') != std::string::npos) return Error(code, "NUL is not allowed");
  if (!charset::is_valid_utf8(out)) return Error(code, "the text is not valid UTF-8");
  return out;
}

Result<std::string> decode_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/') return Error(kBadPath, "the path must begin with a slash");
  for (size_t i = 0; i + 2 < raw.size(); ++i)
    if (raw[i] == '%' && raw[i + 1] == '2' && (raw[i + 2] == 'F' || raw[i + 2] == 'f'))
      return Error(kBadPath, "an encoded slash is not allowed in a path");
  XL_TRY(std::string path, percent_decode(raw, false, kBadPath));
  for (size_t begin = 1; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = std::string_view(path).substr(begin, end - begin);
    if (segment == "." || segment == "..") return Error(kBadPath, "dot segments are not allowed");
    begin = end + 1;
  }
  return path;
}

Result<Target> parse_target(std::string_view raw) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!raw.starts_with(scheme)) continue;
    raw.remove_prefix(scheme.size());
    raw.remove_prefix(std::min(raw.find_first_of("/?"), raw.size()));
  }
  Target out;
  const size_t mark = raw.find('?');
  XL_TRY(out.path, decode_path(raw.substr(0, mark)));
  if (mark != std::string_view::npos) out.raw_query = raw.substr(mark + 1);
  XL_TRY(out.query, parse_query(out.raw_query));
  return out;
}

}  // namespace detail

Result<std::vector<Parameter>> parse_query(std::string_view text) {
  std::vector<Parameter> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (out.size() == kParametersMax) return Error(kBadQuery, "more than 512 parameters");
    const size_t equals = std::min(pair.find('='), pair.size());
    Parameter parameter;
    XL_TRY(parameter.name, detail::percent_decode(pair.substr(0, equals), true, kBadQuery));
    if (equals < pair.size()) {
      XL_TRY(parameter.value, detail::percent_decode(pair.substr(equals + 1), true, kBadQuery));
    }
    out.push_back(std::move(parameter));
  }
  return out;
}

}  // namespace xinglin::http
