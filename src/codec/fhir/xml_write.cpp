#include <algorithm>

#include "base/json_text.h"
#include "codec/fhir/detail/form.h"
#include "codec/fhir/xml.h"

namespace xinglin::fhir {
namespace {

using detail::Form;

constexpr std::string_view kOpening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

// One member of an object, with its companion _name.
struct Item {
  uint32_t order = 0;
  std::string_view name;
  Member member;
  const json::value* value = nullptr;
  const json::value* companion = nullptr;
};

void append_escaped(std::string& out, std::string_view text) {
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    std::string_view as;
    switch (text[i]) {
      case '&':
        as = "&amp;";
        break;
      case '<':
        as = "&lt;";
        break;
      case '>':
        as = "&gt;";
        break;
      case '"':
        as = "&quot;";
        break;
      case '\n':
        as = "&#10;";
        break;
      case '\r':
        as = "&#13;";
        break;
      case '\t':
        as = "&#9;";
        break;
      default:
        continue;
    }
    out.append(text.substr(start, i - start)).append(as);
    start = i + 1;
  }
  out.append(text.substr(start));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
}

class Writer {
public:
  Writer(std::string& out, XmlLayout layout) : out_(out), layout_(layout) {}

  Result<void> resource(const json::object& object, std::string_view attributes, size_t depth) {
    const std::string_view type = json::find_string(object, "resourceType").value_or("");
    if (!is_resource_type(type)) return Error(kNoXml, "'" + std::string(type) + "' is not a resource type");
    line(depth);
    out_.append("<").append(type).append(attributes);
    return content(find_type(type).root(), object, type, depth);
  }

private:
  void line(size_t depth) {
    if (layout_ != XmlLayout::Pretty) return;
    out_.push_back('\n');
    out_.append(2 * depth, ' ');
  }

  Result<void> attribute(std::string_view name, std::string_view value) {
    if (has_control(value))
      return Error(kNoXml, "'" + std::string(name) + "' holds a character that XML does not have");
    out_.append(" ").append(name).append("=\"");
    append_escaped(out_, value);
    out_.push_back('"');
    return {};
  }

  // The members in the order of the definitions, whatever order the JSON has.
  Result<std::vector<Item>> items_of(const Element& element, const json::object& object) const {
    std::vector<Item> out;
    for (const auto& entry : object) {
      std::string_view key = entry.key();
      if (json::is_kept(key) || key == "fhir_comments") continue;
      if (key == "resourceType" && !element.find(key)) continue;  // ExampleScenario.instance has one
      const bool is_companion = key.starts_with('_');
      if (is_companion) key.remove_prefix(1);
      const Member member = element.find(key);
      if (detail::form_of(member) == Form::Unknown)
        return Error(kNoXml, "element '" + std::string(key.substr(0, 64)) + "' is not known in " +
                                 std::string(element.path()));
      auto found = std::find_if(out.begin(), out.end(), [&](const Item& item) { return item.name == key; });
      if (found == out.end()) found = out.insert(out.end(), {member.element.index(), key, member});
      (is_companion ? found->companion : found->value) = &entry.value();
    }
    std::stable_sort(out.begin(), out.end(), [](const Item& a, const Item& b) { return a.order < b.order; });
    return out;
  }

  // After "<name": attributes, children and the end.
  Result<void> content(const Element& element, const json::object& object, std::string_view name,
                       size_t depth) {
    XL_TRY(const std::vector<Item> items, items_of(element, object));
    bool has_children = false;
    for (const Item& item : items) {
      if (!item.member.element.is_xml_attribute()) {
        has_children = true;
      } else if (item.value && item.value->is_string()) {
        XL_CHECK(attribute(item.name, item.value->get_string()));
      }
    }
    if (!has_children) {
      out_.append("/>");
      return {};
    }
    out_.push_back('>');
    for (const Item& item : items)
      if (!item.member.element.is_xml_attribute()) XL_CHECK(write(item, object, depth + 1));
    line(depth);
    out_.append("</").append(name).append(">");
    return {};
  }

  Result<void> write(const Item& item, const json::object& owner, size_t depth) {
    const json::array* values = item.value ? item.value->if_array() : nullptr;
    const json::array* companions = item.companion ? item.companion->if_array() : nullptr;
    if (!values && !companions) return one(item, item.value, item.companion, &owner, depth);
    const size_t count = std::max(values ? values->size() : 0, companions ? companions->size() : 0);
    for (size_t i = 0; i < count; ++i)
      XL_CHECK(one(item, values && i < values->size() ? &(*values)[i] : nullptr,
                   companions && i < companions->size() ? &(*companions)[i] : nullptr, nullptr, depth));
    return {};
  }

  Result<void> one(const Item& item, const json::value* value, const json::value* companion,
                   const json::object* owner, size_t depth) {
    const Form form = detail::form_of(item.member);
    if (detail::is_primitive(form)) return primitive(item, value, companion, owner, depth);
    if (!value) return {};
    line(depth);
    if (form == Form::Xhtml) {
      if (!value->is_string() || has_control(value->get_string())) return unfit(item);
      out_.append(value->get_string());
      return {};
    }
    if (!value->is_object()) return unfit(item);
    out_.append("<").append(item.name);
    if (form == Form::Complex) return content(item.member.content(), value->get_object(), item.name, depth);
    out_.push_back('>');
    XL_CHECK(resource(value->get_object(), "", depth + 1));
    line(depth);
    out_.append("</").append(item.name).append(">");
    return {};
  }

  Result<void> primitive(const Item& item, const json::value* value, const json::value* companion,
                         const json::object* owner, size_t depth) {
    const bool has_value = value && !value->is_null();
    const json::object* extra = companion ? companion->if_object() : nullptr;
    if (!has_value && !extra) return {};
    line(depth);
    out_.append("<").append(item.name);
    if (has_value) {
      if (value->is_object() || value->is_array()) return unfit(item);
      XL_CHECK(attribute("value", text_of(item, *value, owner)));
    }
    if (extra) return content(find_type("Element").root(), *extra, item.name, depth);
    out_.append("/>");
    return {};
  }

  // A number as it was written, when that is known.
  static std::string text_of(const Item& item, const json::value& value, const json::object* owner) {
    if (value.is_string()) return std::string(std::string_view(value.get_string()));
    std::string out;
    if (!owner) {
      json::append_text(out, value);
      return out;
    }
    json::append_member(out, *owner, item.name, value);
    return out.substr(item.name.size() + 3);  // "name":
  }

  static Error unfit(const Item& item) {
    return {kNoXml, "'" + std::string(item.name) + "' is not of the kind that the definitions say"};
  }

  std::string& out_;
  XmlLayout layout_;
};

}  // namespace

Result<std::string> to_xml(const json::object& resource, XmlLayout layout) {
  std::string out(kOpening);
  XL_CHECK(Writer(out, layout).resource(resource, " xmlns=\"http://hl7.org/fhir\"", 0));
  return out;
}

}  // namespace xinglin::fhir
