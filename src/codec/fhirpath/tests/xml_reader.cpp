#include "codec/fhirpath/tests/xml_reader.h"

#include "base/json_text.h"
#include "codec/fhir/definitions.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/detail/text.h"

namespace xinglin::fhirpath::tests {
namespace {

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t end = text[i] == '&' ? text.find(';', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out.push_back(text[i++]);
      continue;
    }
    const std::string_view name = text.substr(i + 1, end - i - 1);
    if (name.starts_with("#x"))
      detail::append_utf8(out, detail::hex_value(name.substr(2)).value_or('?'));
    else if (name.starts_with("#"))
      detail::append_utf8(out, static_cast<uint32_t>(std::stoul(std::string(name.substr(1)))));
    else
      out.append(name == "lt" ? "<" : name == "gt" ? ">" : name == "amp" ? "&" : name == "quot" ? "\"" : "'");
    i = end + 1;
  }
  return out;
}

class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  XmlElement root() {
    while (at_ < text_.size()) {
      at_ = std::min(text_.find('<', at_), text_.size());
      if (!skip_marked()) return element();
    }
    return {};
  }

private:
  bool starts(std::string_view s) const { return text_.substr(at_).starts_with(s); }
  void skip_to(std::string_view end) {
    const size_t found = text_.find(end, at_);
    at_ = found == std::string_view::npos ? text_.size() : found + end.size();
  }
  // Comments, processing instructions, declarations.
  bool skip_marked() {
    if (starts("<!--"))
      skip_to("-->");
    else if (starts("<?"))
      skip_to("?>");
    else if (starts("<!"))
      skip_to(">");
    else
      return false;
    return true;
  }
  void skip_blank() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  std::string name() {
    const size_t end = std::min(text_.find_first_of(" \t\r\n=/>", at_), text_.size());
    std::string found(text_.substr(at_, end - at_));
    at_ = end;
    return found;
  }
  XmlElement element() {
    XmlElement e;
    ++at_;
    e.name = name();
    for (skip_blank(); at_ < text_.size() && text_[at_] != '>' && text_[at_] != '/'; skip_blank()) {
      std::string key = name();
      const size_t open = std::min(text_.find_first_of("\"'", at_), text_.size() - 1);
      const size_t close = std::min(text_.find(text_[open], open + 1), text_.size());
      e.attributes.emplace_back(std::move(key), unescaped(text_.substr(open + 1, close - open - 1)));
      at_ = close + 1;
    }
    const bool is_empty = starts("/>");
    at_ += is_empty ? 2 : 1;
    while (!is_empty && at_ < text_.size() && !starts("</")) {
      if (text_[at_] != '<') {
        const size_t end = std::min(text_.find('<', at_), text_.size());
        e.text += unescaped(text_.substr(at_, end - at_));
        at_ = end;
      } else if (!skip_marked()) {
        e.children.push_back(element());
      }
    }
    if (!is_empty) skip_to(">");
    return e;
  }

  std::string_view text_;
  size_t at_ = 0;
};

json::value primitive(TypeId type, const std::string& text) {
  const Kind kind = detail::system_kind(type);
  if (kind == Kind::Boolean) return text == "true";
  if (kind == Kind::Integer || kind == Kind::Decimal) return json::parse(text).value_or(json::value(text));
  return json::value(text);
}

json::object members(const XmlElement& e, const fhir::Element& owner);

void put(json::object& o, const std::string& key, bool is_array, json::value v) {
  if (!is_array) {
    o[key] = std::move(v);
    return;
  }
  if (!o.contains(key)) o[key] = json::array();
  o[key].as_array().push_back(std::move(v));
}

json::object members(const XmlElement& e, const fhir::Element& owner) {
  json::object o;
  for (const auto& [key, value] : e.attributes)
    if (key == "id" || key == "url") o[key] = value;
  for (const XmlElement& child : e.children) {
    const fhir::Member member = owner.find(child.name);
    const TypeId type = type_of(member);
    const bool is_array = member && member.element.is_array();
    if (child.name == "div") {
      o["div"] = "<div>" + child.text + "</div>";
    } else if (detail::is_abstract(type) && !child.children.empty() &&
               (child.name == "contained" || child.name == "resource")) {
      put(o, child.name, is_array, resource_from_xml(child.children[0]));
    } else if (detail::is_primitive(type) || !member) {
      const std::string value = child.attribute("value");
      put(o, child.name, is_array, value.empty() ? json::value() : primitive(type, value));
      json::object beside = members(child, detail::element_of(type));
      if (is_array || !beside.empty())
        put(o, "_" + child.name, is_array, beside.empty() ? json::value() : json::value(beside));
      if (value.empty() && !is_array) o.erase(child.name);
    } else {
      put(o, child.name, is_array, members(child, member.content()));
    }
  }
  return o;
}

}  // namespace

std::string XmlElement::attribute(std::string_view wanted) const {
  for (const auto& [key, value] : attributes)
    if (key == wanted) return value;
  return {};
}
const XmlElement* XmlElement::child(std::string_view wanted) const {
  for (const XmlElement& one : children)
    if (one.name == wanted) return &one;
  return nullptr;
}

XmlElement read_xml(std::string_view text) {
  return Reader(text).root();
}

json::value resource_from_xml(const XmlElement& resource) {
  json::object o = members(resource, fhir::find_type(resource.name).root());
  o["resourceType"] = resource.name;
  return o;
}

}  // namespace xinglin::fhirpath::tests
