// Tags and text of an XML document, one after the other. Takes the part of XML 1.0 that FHIR needs: no DTD,
// the five entities that need none, character references. Views point into the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/fhir/xml.h"

namespace xinglin::fhir::detail {

struct XmlName {
  std::string_view prefix, local;
  bool operator==(const XmlName&) const = default;
};
struct XmlAttribute {
  XmlName name;
  std::string value;  // unescaped
};
struct XmlTag {
  XmlName name;
  std::vector<XmlAttribute> attributes;  // of a start
  bool is_empty = false;                 // <a/>: no end follows
};

class XmlLexer {
public:
  enum class Token { Start, End, Text, Finish };
  XmlLexer(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

  Result<void> open();   // the byte order mark and the declaration
  Result<Token> next();  // comments and processing instructions are passed over
  const XmlTag& tag() const { return tag_; }
  bool is_blank() const { return blank_; }  // of a Text: white space only
  size_t begin() const { return begin_; }   // where the token begins
  size_t end() const { return at_; }        // and where the next one does
  std::string_view slice(size_t from, size_t to) const { return text_.substr(from, to - from); }
  Error fail(std::string_view what) const;  // with the line

private:
  Result<void> read_start();
  Result<void> read_end();
  Result<Token> read_text();
  Result<void> read_attribute();
  Result<std::string> unescape(std::string_view raw) const;
  Result<XmlName> read_name();
  bool skip(std::string_view what);
  bool skip_through(std::string_view what);
  void skip_space();
  bool at_end() const { return at_ >= text_.size(); }

  std::string_view text_;
  XmlLimits limits_;
  size_t at_ = 0, begin_ = 0, elements_ = 0;
  XmlTag tag_;
  bool blank_ = true;
};

}  // namespace xinglin::fhir::detail
