// An HL7 v2 message as a tree of views: segment, field, repetition, component, subcomponent, counted from 1
// as the standard counts. parse() turns the bytes of one message (v2.1 to v2.8, any separators, any segment
// end) into UTF-8 once and splits it; nothing below fields is split before it is asked for. Views stay valid
// as long as the Message or a copy of it lives. Values, immutable, thread-safe. HL7 v2.5.1 chapter 2 (2.5
// to 2.10).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/charset.h"
#include "base/result.h"
#include "codec/hl7v2/errors.h"

namespace xinglin::hl7v2 {

struct Separators {
  char field = '|', component = '^', repetition = '~', escape = '\\', subcomponent = '&';
  char truncation = '\0';  // v2.7 and later; '\0': not used
};

// How raw text of one message is to be read.
struct Encoding {
  Separators separators;
  charset::Charset charset = charset::Charset::Ascii;
};

// A place in a message in the form of ERR-2 (type ERL): segment, which one of that name, field, repetition,
// component, subcomponent; 0 where the place is not that exact.
struct Location {
  std::string segment;
  int sequence = 1, field = 0, repetition = 0, component = 0, subcomponent = 0;
  std::string str() const;  // "PID^1^3^1^4"
};

// Raw text between separators. `""` (two quotation marks) is the HL7 null: "delete what you have", not
// "empty".
class Text {
public:
  Text() = default;
  Text(std::string_view raw, const Encoding* encoding) : raw_(raw), encoding_(encoding) {}
  std::string_view raw() const { return raw_; }
  bool empty() const { return raw_.empty(); }
  bool is_null() const { return raw_ == "\"\""; }
  bool has_value() const { return !empty() && !is_null(); }
  std::string str() const;  // escape sequences resolved, outer blanks cut; "" for null

protected:
  std::string_view raw_;
  const Encoding* encoding_ = nullptr;
};

class Component : public Text {
public:
  using Text::Text;
  Text subcomponent(int n) const;
};

class Repetition : public Text {
public:
  using Text::Text;
  Component component(int n) const;
};

class Field : public Text {
public:
  using Text::Text;
  std::vector<Repetition> repetitions() const;  // none when the field is empty
  Repetition first() const;
  Component component(int n) const { return first().component(n); }
};

class Message;

class Segment {
public:
  std::string_view name() const { return name_; }
  int sequence() const { return sequence_; }  // 1 for the first segment of this name
  int field_count() const { return field_count_; }
  Field field(int n) const;  // empty when it is not there
  Location at(int field, int repetition = 0, int component = 0, int subcomponent = 0) const {
    return {std::string(name_), sequence_, field, repetition, component, subcomponent};
  }

private:
  friend class Message;
  std::string_view name_, text_;
  int sequence_ = 1, field_count_ = 0;
  bool header_ = false;  // MSH counts its field separator as field 1
  const uint32_t* starts_ = nullptr;
  const Encoding* encoding_ = nullptr;
};

// The fields of MSH as they stand in the message (raw), for answering it.
struct Header {
  Encoding encoding;
  std::string sending_application, sending_facility, receiving_application, receiving_facility;
  std::string time, type, trigger, control_id, processing_id, version, charset_name;
};

struct Limits {
  size_t message_bytes_max = 4u << 20;
  size_t segments_max = 10000;
  size_t fields_max = 512;        // in one segment
  size_t repetitions_max = 1000;  // in one field
  size_t field_bytes_max = 2u << 20;
};
struct ParseOptions {
  Limits limits;
  // What a message without MSH-18 is in. Not set: ASCII, or UTF-8 when it has a byte order mark or is valid
  // UTF-8.
  std::optional<charset::Charset> default_charset;
};

class Message {
public:
  const Encoding& encoding() const;
  const Header& header() const;
  size_t size() const;  // segments
  Segment segment(size_t index) const;
  std::optional<Segment> find(std::string_view name) const;  // the first of that name
  std::string_view utf8() const;
  struct Body;  // detail/body.h

private:
  friend Result<Message> parse(std::span<const uint8_t> bytes, const ParseOptions& options);
  std::shared_ptr<const Body> body_;  // shared so that views survive copying the message
};

// One message. CR, LF and CR LF end a segment; empty lines and a byte order mark are skipped.
Result<Message> parse(std::span<const uint8_t> bytes, const ParseOptions& options = {});
// What can still be told of the header of bytes that parse() refused; only ASCII is kept.
Header read_header(std::span<const uint8_t> bytes);
// Resolves \F\ \S\ \T\ \R\ \E\ \P\ \Xdd..\ and the formatting commands of FT; what is unknown stays as
// written.
std::string unescape(std::string_view raw, const Encoding& encoding);
// The opposite, for building messages: separators and line ends become escape sequences.
std::string escape(std::string_view text, const Separators& separators);

}  // namespace xinglin::hl7v2
