#include <algorithm>

#include "base/json_text.h"
#include "codec/fhir/detail/form.h"
#include "codec/fhir/detail/xml_lexer.h"
#include "codec/fhir/xml.h"

namespace xinglin::fhir {
namespace {

using detail::Form;
using detail::XmlAttribute;
using detail::XmlLexer;
using detail::XmlName;
using detail::XmlTag;

constexpr std::string_view kFhir = "http://hl7.org/fhir";
constexpr std::string_view kXhtml = "http://www.w3.org/1999/xhtml";
using Token = XmlLexer::Token;

struct Binding {
  size_t depth;
  std::string prefix, uri;
};

bool is_number(std::string_view text) {
  const auto parsed = json::parse(text);
  return parsed && parsed->is_number();
}

class Reader {
public:
  Reader(std::string_view text, const XmlLimits& limits) : lexer_(text, limits), limits_(limits) {}

  Result<json::object> document() {
    XL_CHECK(lexer_.open());
    XL_TRY(const Token first, next_element());
    if (first != Token::Start) return lexer_.fail("there is no element");
    XL_TRY(json::object out, resource());
    XL_TRY(const Token last, next_element());
    if (last != Token::Finish) return lexer_.fail("there is something after the resource");
    return out;
  }

private:
  // The next tag, or the end; text between elements may only be white space.
  Result<Token> next_element() {
    while (true) {
      XL_TRY(const Token token, lexer_.next());
      if (token != Token::Text) return token;
      if (!lexer_.is_blank()) return lexer_.fail("text cannot stand here");
    }
  }

  // After a Start: takes its namespaces in.
  Result<void> enter() {
    if (++depth_ > limits_.depth_max) return lexer_.fail("elements are nested too deeply");
    for (const XmlAttribute& attribute : lexer_.tag().attributes) {
      if (attribute.name.prefix == "xmlns")
        bindings_.push_back({depth_, std::string(attribute.name.local), attribute.value});
      else if (attribute.name.prefix.empty() && attribute.name.local == "xmlns")
        bindings_.push_back({depth_, "", attribute.value});
    }
    return {};
  }
  void leave() {
    while (!bindings_.empty() && bindings_.back().depth == depth_) bindings_.pop_back();
    --depth_;
  }
  std::string_view uri_of(std::string_view prefix) const {
    for (auto it = bindings_.rbegin(); it != bindings_.rend(); ++it)
      if (it->prefix == prefix) return it->uri;
    return {};
  }
  Result<void> check_fhir(const XmlName& name) const {
    if (uri_of(name.prefix) == kFhir) return {};
    return lexer_.fail("<" + std::string(name.local) + "> is not in the namespace " + std::string(kFhir));
  }

  // At the Start of the element named after its type.
  Result<json::object> resource() {
    const std::string type(lexer_.tag().name.local);
    const Element root = find_type(type).root();
    if (!is_resource_type(type)) return lexer_.fail("<" + type.substr(0, 64) + "> is not a resource type");
    json::object out{{"resourceType", type}};
    XL_CHECK(complex(root, out));
    return out;
  }

  // Attributes of a complex element: id, and the url of an extension.
  Result<void> attributes(const Element& content, json::object& out) {
    for (const XmlAttribute& attribute : lexer_.tag().attributes) {
      const std::string_view name = attribute.name.local;
      if (attribute.name.prefix == "xmlns" || name == "xmlns" || uri_of(attribute.name.prefix) == kSchemas ||
          attribute.name.prefix == "xml")
        continue;
      const Member member = content.find(name);
      if (!member || !member.element.is_xml_attribute())
        return lexer_.fail("attribute " + std::string(name.substr(0, 64)) + " cannot stand here");
      out[name] = attribute.value;
    }
    return {};
  }

  // At a Start: everything up to its End.
  Result<void> complex(const Element& content, json::object& out) {
    const XmlTag start = lexer_.tag();
    XL_CHECK(enter());
    XL_CHECK(check_fhir(start.name));
    XL_CHECK(attributes(content, out));
    while (!start.is_empty) {
      XL_TRY(const Token token, next_element());
      if (token == Token::Finish) return lexer_.fail("the text ends too early");
      if (token == Token::End) {
        XL_CHECK(check_end(start.name));
        break;
      }
      XL_CHECK(child(content, out));
    }
    leave();
    return {};
  }

  Result<void> check_end(const XmlName& name) const {
    if (lexer_.tag().name == name) return {};
    return lexer_.fail("<" + std::string(name.local) + "> is closed by another name");
  }

  Result<void> child(const Element& content, json::object& out) {
    const std::string name(lexer_.tag().name.local);
    const Member member = content.find(name);
    const Form form = detail::form_of(member);
    if (form == Form::Unknown || member.element.is_xml_attribute())
      return lexer_.fail("element <" + name.substr(0, 64) + "> cannot stand here");
    if (detail::is_primitive(form)) return primitive(member.element, form, name, out);
    if (out.contains(name) && !member.element.is_array())
      return lexer_.fail("<" + name + "> stands more than once");
    json::value value;
    if (form == Form::Xhtml) {
      XL_TRY(value, narrative());
    } else if (form == Form::Resource) {
      XL_TRY(value, wrapped_resource());
    } else {
      json::object inner;
      XL_CHECK(complex(member.content(), inner));
      value = std::move(inner);
    }
    if (!member.element.is_array()) {
      out[name] = std::move(value);
    } else {
      json::value& list = out[name];
      if (list.is_null()) list = json::array();
      list.get_array().push_back(std::move(value));
    }
    return {};
  }

  // <contained><Patient>...</Patient></contained>
  Result<json::value> wrapped_resource() {
    const XmlTag start = lexer_.tag();
    XL_CHECK(enter());
    XL_CHECK(check_fhir(start.name));
    if (start.is_empty) return lexer_.fail("a resource is expected");
    XL_TRY(Token token, next_element());
    if (token != Token::Start) return lexer_.fail("a resource is expected");
    XL_TRY(json::object out, resource());
    XL_TRY(token, next_element());
    if (token != Token::End) return lexer_.fail("only one resource can stand here");
    XL_CHECK(check_end(start.name));
    leave();
    return json::value(std::move(out));
  }

  // The narrative is kept as it is written.
  Result<json::value> narrative() {
    const XmlTag start = lexer_.tag();
    const size_t from = lexer_.begin();
    XL_CHECK(enter());
    const bool says_so =
        std::any_of(start.attributes.begin(), start.attributes.end(), [](const XmlAttribute& a) {
          return a.name == XmlName{"", "xmlns"} && a.value == kXhtml;
        });
    if (!start.name.prefix.empty() || start.name.local != "div" || !says_so)
      return lexer_.fail("<div> must be in the namespace xmlns=\"" + std::string(kXhtml) + "\"");
    std::vector<XmlName> open;
    if (!start.is_empty) open.push_back(start.name);
    while (!open.empty()) {
      XL_TRY(const Token token, lexer_.next());
      if (token == Token::Finish) return lexer_.fail("the narrative does not end");
      if (token == Token::Text) continue;
      if (token == Token::End) {
        XL_CHECK(check_end(open.back()));
        open.pop_back();
      } else if (!lexer_.tag().is_empty) {
        open.push_back(lexer_.tag().name);
        if (depth_ + open.size() > limits_.depth_max) return lexer_.fail("elements are nested too deeply");
      }
    }
    leave();
    return json::value(lexer_.slice(from, lexer_.end()));
  }

  // value, id and extensions: the value under its name, the others under _name.
  Result<void> primitive(const Element& element, Form form, const std::string& name, json::object& out) {
    XmlTag start = lexer_.tag();
    std::optional<std::string> value;
    std::erase_if(start.attributes, [&](XmlAttribute& attribute) {
      const bool is_value = attribute.name.prefix.empty() && attribute.name.local == "value";
      if (is_value) value = std::move(attribute.value);
      return is_value;
    });
    json::object companion;
    XL_CHECK(companion_of(start, companion));
    if (!value && companion.empty()) return lexer_.fail("<" + name + "> has neither a value nor children");
    json::object holder;
    if (value) XL_CHECK(put(form, name, *value, holder));
    const std::string under = "_" + name;
    if (!element.is_array()) {
      if (out.contains(name) || out.contains(under))
        return lexer_.fail("<" + name + "> stands more than once");
      for (auto& member : holder) out[member.key()] = std::move(member.value());
      if (!companion.empty()) out[under] = std::move(companion);
      return {};
    }
    json::value& list = out[name];
    if (list.is_null()) list = json::array();
    list.get_array().push_back(value ? std::move(holder.at(name)) : json::value());
    const size_t count = list.get_array().size();
    if (companion.empty() && !out.contains(under)) return {};
    json::value& companions = out[under];
    if (companions.is_null()) companions = json::array();
    companions.get_array().resize(count);
    if (!companion.empty()) companions.get_array()[count - 1] = std::move(companion);
    return {};
  }

  // As complex(), for what stands in a primitive beside its value.
  Result<void> companion_of(const XmlTag& start, json::object& out) {
    const Element content = find_type("Element").root();
    XL_CHECK(enter());
    XL_CHECK(check_fhir(start.name));
    for (const XmlAttribute& attribute : start.attributes) {
      const std::string_view name = attribute.name.local;
      if (attribute.name.prefix == "xmlns" || name == "xmlns" || attribute.name.prefix == "xml") continue;
      if (!attribute.name.prefix.empty() || name != "id")
        return lexer_.fail("attribute " + std::string(name.substr(0, 64)) + " cannot stand here");
      out["id"] = attribute.value;
    }
    while (!start.is_empty) {
      XL_TRY(const Token token, next_element());
      if (token == Token::Finish) return lexer_.fail("the text ends too early");
      if (token == Token::End) {
        XL_CHECK(check_end(start.name));
        break;
      }
      XL_CHECK(child(content, out));
    }
    leave();
    return {};
  }

  Result<void> put(Form form, const std::string& name, const std::string& text, json::object& out) const {
    if (form == Form::Text) {
      out[name] = text;
    } else if (form == Form::Boolean) {
      if (text != "true" && text != "false") return lexer_.fail("<" + name + "> must be true or false");
      out[name] = text == "true";
    } else {
      if (!is_number(text)) return lexer_.fail("<" + name + "> must be a number");
      json::put_decimal(out, name, text);
    }
    return {};
  }

  static constexpr std::string_view kSchemas = "http://www.w3.org/2001/XMLSchema-instance";
  XmlLexer lexer_;
  XmlLimits limits_;
  std::vector<Binding> bindings_;
  size_t depth_ = 0;
};

// An array none of whose items has a value is only its companions.
void drop_empty_arrays(json::value& value) {
  if (json::array* items = value.if_array()) {
    for (json::value& item : *items) drop_empty_arrays(item);
  } else if (json::object* object = value.if_object()) {
    std::vector<std::string> empty;
    for (auto& member : *object) {
      drop_empty_arrays(member.value());
      const json::array* list = member.value().if_array();
      if (list &&
          std::all_of(list->begin(), list->end(), [](const json::value& v) { return v.is_null(); }))
        empty.emplace_back(member.key());
    }
    for (const std::string& key : empty) object->stable_erase(key);
  }
}

}  // namespace

Result<json::object> from_xml(std::string_view text, const XmlLimits& limits) {
  XL_TRY(json::object out, Reader(text, limits).document());
  json::value root(std::move(out));
  drop_empty_arrays(root);
  return std::move(root.get_object());
}

}  // namespace xinglin::fhir
