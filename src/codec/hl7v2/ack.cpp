#include "codec/hl7v2/ack.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/digest.h"

namespace xinglin::hl7v2 {
namespace {

constexpr size_t kErrorsMax = 50;

struct Condition {
  int code;
  std::string_view text;
};
constexpr std::array kConditions{
    Condition{0, "Message accepted"},
    Condition{kSegmentSequence, "Segment sequence error"},
    Condition{kRequiredMissing, "Required field missing"},
    Condition{kDataType, "Data type error"},
    Condition{kTableValue, "Table value not found"},
    Condition{kTooLong, "Value too long"},
    Condition{kWrongType, "Unsupported message type"},
    Condition{kWrongEvent, "Unsupported event code"},
    Condition{kWrongProcessing, "Unsupported processing id"},
    Condition{kWrongVersion, "Unsupported version id"},
    Condition{kUnknownKey, "Unknown key identifier"},
    Condition{kDuplicateKey, "Duplicate key identifier"},
    Condition{kRecordLocked, "Application record locked"},
    Condition{kInternal, "Application internal error"},
};

struct CodeOfIssue {
  std::string_view issue;
  int code;
};
constexpr std::array kCodes{
    CodeOfIssue{"structure", kSegmentSequence},
    CodeOfIssue{"required", kRequiredMissing},
    CodeOfIssue{"value", kDataType},
    CodeOfIssue{"invalid", kDataType},
    CodeOfIssue{"code-invalid", kTableValue},
    CodeOfIssue{"too-long", kTooLong},
    CodeOfIssue{"not-supported", kWrongType},
    CodeOfIssue{"not-found", kUnknownKey},
    CodeOfIssue{"duplicate", kDuplicateKey},
    CodeOfIssue{"conflict", kDuplicateKey},
    CodeOfIssue{"lock-error", kRecordLocked},
    CodeOfIssue{"throttled", kInternal},
};

char severity_letter(Severity severity) {
  switch (severity) {
    case Severity::Information:
      return 'I';
    case Severity::Warning:
      return 'W';
    case Severity::Error:
      return 'E';
    case Severity::Fatal:
      return 'F';
  }
  return 'E';
}

Severity severity_of(std::string_view letter) {
  if (letter == "I") return Severity::Information;
  if (letter == "W") return Severity::Warning;
  return letter == "F" ? Severity::Fatal : Severity::Error;
}

// Writes segments with the separators of the message that is answered; marks it lacks fall back to the usual
// ones, so that an answer never loses its structure.
class Writer {
public:
  explicit Writer(Separators s) : s_(s) {
    if (s_.component == '\0') s_ = Separators{};
  }
  const Separators& separators() const { return s_; }
  std::string marks() const {
    std::string out{s_.component};
    for (const char c : {s_.repetition, s_.escape, s_.subcomponent, s_.truncation})
      if (c != '\0') out += c;
    return out;
  }
  void segment(std::string_view name, std::initializer_list<std::string_view> raw_fields) {
    text_ += name;
    std::string fields;
    for (const std::string_view field : raw_fields) {
      fields += s_.field;
      fields += field;
    }
    while (!fields.empty() && fields.back() == s_.field) fields.pop_back();
    text_ += fields;
    text_ += '\r';
  }
  // Components joined; an empty tail is cut.
  std::string join(std::initializer_list<std::string_view> parts) const {
    std::string out;
    for (const std::string_view part : parts) {
      out += escape(part, s_);
      out += s_.component;
    }
    while (!out.empty() && out.back() == s_.component) out.pop_back();
    return out;
  }
  std::string location(std::string_view path) const {
    std::string out(path);
    std::replace(out.begin(), out.end(), '^', s_.component);
    return out;
  }
  std::string take() { return std::move(text_); }

private:
  Separators s_;
  std::string text_;
};

// ERR-2 and later came with v2.5; before that ERR-1 (type ELD) held place and code.
bool has_err_2(std::string_view version) {
  return !(version == "2.1" || version == "2.2" || version.starts_with("2.3") || version.starts_with("2.4"));
}

std::string old_err_1(const Writer& w, const AckError& error) {
  std::array<std::string, 3> parts;  // segment, sequence, field
  std::string_view rest = error.location;
  for (std::string& part : parts) {
    const size_t at = rest.find('^');
    part = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  }
  const Separators& s = w.separators();
  std::string out = w.join({parts[0], parts[1], parts[2]});
  if (out.empty()) out = std::string(2, s.component);
  out += s.component + std::to_string(error.code) + std::string(1, s.subcomponent);
  out += escape(condition_text(error.code), s);
  return out + s.subcomponent + "HL70357";
}

void write_error(Writer& w, const AckError& error, std::string_view version) {
  const char letter = severity_letter(error.severity);
  const std::string code = w.join({std::to_string(error.code), condition_text(error.code), "HL70357"});
  const std::string message = escape(error.message, w.separators());
  if (has_err_2(version)) {
    w.segment("ERR", {"", w.location(error.location), code, {&letter, 1}, "", "", "", message});
  } else {
    w.segment("ERR", {old_err_1(w, error)});
  }
}

std::string write_text(const Header& to, const AckReply& reply) {
  Writer w(to.encoding.separators);
  const Separators& s = w.separators();
  const std::string version = to.version.empty() ? "2.5.1" : to.version;
  const bool old = !has_err_2(version);
  const std::string type = old && to.trigger.empty() ? "ACK" : w.join({"ACK", to.trigger, old ? "" : "ACK"});
  const std::string processing = to.processing_id.empty() ? "P" : escape(to.processing_id, s);
  const std::string separator_field = w.marks();
  std::string head = std::string("MSH") + s.field + separator_field;
  w.segment(head, {to.receiving_application, to.receiving_facility, to.sending_application,
                   to.sending_facility, format_compact(reply.at), "", type, escape(reply.control_id, s),
                   processing, escape(version, s), "", "", "", "", "", to.charset_name});
  std::string text;
  if (reply.code != AckCode::AA && !reply.errors.empty())
    text = escape(reply.errors.front().message, s).substr(0, 80);
  w.segment("MSA", {to_string(reply.code), to.control_id, text});
  for (size_t i = 0; i < std::min(reply.errors.size(), kErrorsMax); ++i)
    write_error(w, reply.errors[i], version);
  return w.take();
}

}  // namespace

std::string_view to_string(AckCode code) {
  switch (code) {
    case AckCode::AA:
      return "AA";
    case AckCode::AE:
      return "AE";
    case AckCode::AR:
      return "AR";
  }
  return "AE";
}

std::string_view condition_text(int code) {
  for (const Condition& c : kConditions)
    if (c.code == code) return c.text;
  return "Application internal error";
}

AckError to_ack_error(const Issue& issue) {
  AckError out{issue.path, kInternal, issue.severity, issue.message};
  for (const CodeOfIssue& c : kCodes)
    if (c.issue == issue.code) out.code = c.code;
  return out;
}

std::vector<uint8_t> build_ack(const Header& to, const AckReply& reply) {
  std::string text = write_text(to, reply);
  auto bytes = charset::from_utf8(text, to.encoding.charset);
  if (!bytes) {  // a header that cannot be written back: answer with what identifies the message
    Header plain;
    plain.version = to.version;
    plain.control_id = to.control_id;
    text = write_text(plain, reply);
    bytes = std::move(text);
  }
  const auto view = as_bytes(*bytes);
  return {view.begin(), view.end()};
}

Result<Ack> parse_ack(std::span<const uint8_t> bytes) {
  XL_TRY(const Message message, parse(bytes));
  const auto msa = message.find("MSA");
  if (!msa) return Error(kBadSegment, "an acknowledgement without MSA");
  Ack out;
  const std::string code = msa->field(1).str();
  if (code != "AA" && code != "AE" && code != "AR" && code != "CA" && code != "CE" && code != "CR")
    return Error(kBadSegment, "MSA-1 is not an acknowledgement code");
  out.code = code[1] == 'A' ? AckCode::AA : code[1] == 'E' ? AckCode::AE : AckCode::AR;
  out.control_id = msa->field(2).str();
  for (size_t i = 0; i < message.size(); ++i) {
    const Segment err = message.segment(i);
    if (err.name() != "ERR") continue;
    AckError error;
    error.location = err.field(2).raw();
    std::replace(error.location.begin(), error.location.end(), message.encoding().separators.component, '^');
    const std::string number = err.field(3).component(1).str();
    std::from_chars(number.data(), number.data() + number.size(), error.code);
    error.severity = severity_of(err.field(4).raw());
    error.message = err.field(8).str();
    out.errors.push_back(std::move(error));
  }
  return out;
}

}  // namespace xinglin::hl7v2
