#include "edge/dicomweb/detail/negotiation.h"

#include <algorithm>
#include <charconv>

#include "edge/dicomweb/errors.h"

namespace xinglin::dicomweb {

namespace {

constexpr std::string_view kDicom = "application/dicom", kOctets = "application/octet-stream",
                           kRelated = "multipart/related";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Splits outside of quoted strings.
std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> out;
  bool quoted = false;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted)
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == mark && !quoted) {
      out.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  out.push_back(text.substr(std::min(start, text.size())));
  return out;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

// Names that clients gave to types before they were registered.
std::string registered(std::string type) {
  constexpr std::pair<std::string_view, std::string_view> kOld[] = {{"image/x-dicom-rle", "image/dicom-rle"},
                                                                    {"image/x-jls", "image/jls"},
                                                                    {"image/jhc", "image/jphc"}};
  for (const auto& [old, name] : kOld)
    if (type == old) return std::string(name);
  return type;
}

bool matches(std::string_view range, std::string_view type) {
  if (range.empty() || range == "*/*" || range == "*" || range == type) return true;
  return range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1));
}

// What one entry of Accept asks for, when it is of the form we can send.
struct Asked {
  bool multipart;
  std::string type;    // of the part, "" for any
  std::string syntax;  // "" not said, "*" any
};
std::optional<Asked> asked_by(const MediaRange& range) {
  const std::string syntax = range.parameter("transfer-syntax");
  if (range.type == kRelated || range.type == "multipart/*")
    return Asked{true, registered(lower(range.parameter("type"))), syntax};
  if (range.type == "*/*") return Asked{true, "", syntax};
  return Asked{false, registered(range.type), syntax};
}

bool is_little_uncompressed(std::string_view syntax) {
  return syntax == "1.2.840.10008.1.2" || syntax == kExplicitLittle || syntax == "1.2.840.10008.1.2.1.99";
}

Error not_acceptable(const std::string& stored, std::string_view form) {
  return {kNotAcceptable, "nothing of what Accept names can be sent; stored as transfer syntax " + stored +
                              ", offered as " + std::string(form) +
                              " with transfer-syntax=* or the stored one"};
}

// The syntax to send for one that was asked for; nullopt: cannot.
std::optional<TransferSyntaxUid> pick_syntax(const std::string& asked,
                                             const std::vector<archive::InstanceInfo>& instances,
                                             const CanSend& can_send) {
  const auto all = [&](std::string_view syntax) {
    return std::all_of(instances.begin(), instances.end(),
                       [&](const auto& one) { return one.transfer_syntax.str() == syntax; });
  };
  const TransferSyntaxUid fallback{std::string(kExplicitLittle)};
  if (asked == "*") return TransferSyntaxUid();
  if (asked.empty())  // the default, or as stored where that cannot be made (PS3.18 8.7.3.5.2)
    return all(kExplicitLittle) || !can_send(fallback) ? TransferSyntaxUid() : fallback;
  if (all(asked)) return TransferSyntaxUid();
  if (can_send(TransferSyntaxUid(asked))) return TransferSyntaxUid(asked);
  return std::nullopt;
}

}  // namespace

std::string MediaRange::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::optional<MediaRange> parse_media_type(std::string_view text) {
  const auto fields = split(text, ';');
  MediaRange out;
  out.type = lower(trim(fields.front()));
  if (out.type != "*" && std::count(out.type.begin(), out.type.end(), '/') != 1) return std::nullopt;
  for (size_t i = 1; i < fields.size(); ++i) {
    const size_t equals = fields[i].find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name = lower(trim(fields[i].substr(0, equals)));
    const std::string value = unquoted(trim(fields[i].substr(equals + 1)));
    if (name != "q") {
      out.parameters.try_emplace(name, value);
      continue;
    }
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out.q);
    if (error != std::errc() || !(out.q >= 0 && out.q <= 1)) return std::nullopt;
  }
  return out;
}

std::vector<MediaRange> parse_accept(std::string_view text) {
  std::vector<MediaRange> out;
  for (const std::string_view entry : split(text, ',')) {
    if (trim(entry).empty()) continue;
    auto range = parse_media_type(entry);
    if (range && range->q > 0) out.push_back(std::move(*range));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.q > b.q; });
  return out;
}

std::vector<MediaRange> accepted(const http::Request& request) {
  const auto parameter = request.query_value("accept");
  const std::string_view text = parameter ? *parameter : request.header("accept");
  return parse_accept(trim(text).empty() ? "*/*" : text);
}

bool accepts_gzip(const http::Request& request) {
  for (const std::string_view entry : split(request.header("accept-encoding"), ',')) {
    const auto fields = split(entry, ';');
    const std::string coding = lower(trim(fields.front()));
    if (coding != "gzip" && coding != "*") continue;
    const std::string q = fields.size() < 2 ? "" : lower(trim(fields[1]));
    return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000";
  }
  return false;
}

bool accepts_json(const http::Request& request) {
  for (const MediaRange& range : accepted(request))
    if (matches(range.type, "application/dicom+json") || range.type == "application/json" ||
        (range.type == kRelated && range.parameter("type").empty()))
      return true;
  return false;
}

Result<Chosen> choose_object(const http::Request& request,
                             const std::vector<archive::InstanceInfo>& instances, bool single,
                             const CanSend& can_send) {
  for (const MediaRange& range : accepted(request)) {
    const auto asked = asked_by(range);
    if (!asked || !matches(asked->type, kDicom) || (!asked->multipart && !single)) continue;
    const auto syntax = pick_syntax(asked->syntax, instances, can_send);
    if (syntax) return Chosen{asked->multipart, std::string(kDicom), *syntax, !asked->syntax.empty()};
  }
  const auto other = std::find_if(instances.begin(), instances.end(), [&](const auto& one) {
    return one.transfer_syntax != instances.front().transfer_syntax;
  });
  std::string stored = instances.front().transfer_syntax.str();
  if (other != instances.end()) stored += " and " + other->transfer_syntax.str();
  return not_acceptable(stored, "multipart/related; type=\"application/dicom\"");
}

Result<Chosen> choose_frames(const http::Request& request, const TransferSyntaxUid& stored, bool encapsulated,
                             bool single, const CanSend& can_send) {
  // Frames of every little endian syntax without compression are the same bytes.
  const bool plain = !encapsulated && is_little_uncompressed(stored.str());
  const std::string native = plain ? std::string(kExplicitLittle) : stored.str();
  const std::string_view own = encapsulated ? frame_media_type(stored) : kOctets;
  for (const MediaRange& range : accepted(request)) {
    const auto asked = asked_by(range);
    if (!asked || (!asked->multipart && !single)) continue;
    const bool as_stored = asked->syntax == "*" || asked->syntax == stored.str() || asked->syntax == native;
    const bool any = asked->type.empty() || asked->type == "*/*";
    const bool octets = matches(asked->type, kOctets);
    if (matches(asked->type, own) && own != kOctets && (as_stored || asked->syntax.empty()))
      return Chosen{asked->multipart, std::string(own), TransferSyntaxUid()};
    if (octets && (as_stored || (asked->syntax.empty() && plain)))
      return Chosen{asked->multipart, std::string(kOctets), TransferSyntaxUid()};
    const TransferSyntaxUid wanted(asked->syntax.empty() ? std::string(kExplicitLittle) : asked->syntax);
    if (asked->syntax == "*" || !can_send(wanted)) continue;
    const std::string_view type = frame_media_type(wanted);
    if (any || octets || matches(asked->type, type))
      return Chosen{asked->multipart, octets && !any ? std::string(kOctets) : std::string(type), wanted};
  }
  return not_acceptable(stored.str(), "multipart/related; type=\"application/octet-stream\"");
}

Result<Chosen> choose_bulk(const http::Request& request) {
  for (const MediaRange& range : accepted(request)) {
    const auto asked = asked_by(range);
    const bool fits = asked && matches(asked->type, kOctets) &&
                      (asked->syntax.empty() || asked->syntax == "*" || asked->syntax == kExplicitLittle);
    // Asked for nothing special, one value is one body.
    if (fits)
      return Chosen{asked->multipart && range.type != "*/*", std::string(kOctets), TransferSyntaxUid()};
  }
  return Error(kNotAcceptable,
               "bulk data is offered as application/octet-stream, alone or in multipart/related");
}

std::string_view frame_media_type(const TransferSyntaxUid& syntax) {
  constexpr std::string_view kRoot = "1.2.840.10008.1.2.";
  std::string_view tail = syntax.str();
  if (!tail.starts_with(kRoot)) return kOctets;
  tail.remove_prefix(kRoot.size());
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"5", "image/dicom-rle"}, {"4.50", "image/jpeg"},  {"4.51", "image/jpeg"},  {"4.57", "image/jpeg"},
      {"4.70", "image/jpeg"},   {"4.80", "image/jls"},   {"4.81", "image/jls"},   {"4.90", "image/jp2"},
      {"4.91", "image/jp2"},    {"4.92", "image/jpx"},   {"4.93", "image/jpx"},   {"4.110", "image/jxl"},
      {"4.111", "image/jxl"},   {"4.112", "image/jxl"},  {"4.201", "image/jphc"}, {"4.202", "image/jphc"},
      {"4.203", "image/jphc"},  {"4.100", "video/mpeg"}, {"4.101", "video/mpeg"}, {"4.102", "video/mp4"},
      {"4.103", "video/mp4"},   {"4.104", "video/mp4"},  {"4.105", "video/mp4"},  {"4.106", "video/mp4"}};
  for (const auto& [suffix, type] : kTypes)
    if (tail == suffix) return type;
  return kOctets;
}

}  // namespace xinglin::dicomweb
