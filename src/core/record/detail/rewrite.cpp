#include "core/record/detail/rewrite.h"

#include "base/json_text.h"
#include "codec/fhir/definitions.h"

namespace xinglin::record::detail {
namespace {

// What can be the fullUrl of an entry, so that other texts are not looked up.
bool may_be_address(std::string_view text) {
  return text.starts_with("urn:") || text.starts_with("http:") || text.starts_with("https:");
}

bool is_rewritten_type(std::string_view code) {
  return code == "uri" || code == "url" || code == "oid" || code == "uuid";
}

// href="..." and src="..." of a narrative.
void rewrite_narrative(json::value& div, const Addresses& addresses) {
  const std::string_view text = div.get_string();
  if (text.find("href=") == std::string_view::npos && text.find("src=") == std::string_view::npos) return;
  std::string out;
  size_t from = 0;
  bool changed = false;
  for (size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view before = text.substr(0, at);
    if (!before.ends_with(" href") && !before.ends_with(" src")) continue;
    if (at + 1 >= text.size() || (text[at + 1] != '"' && text[at + 1] != '\'')) continue;
    const size_t end = text.find(text[at + 1], at + 2);
    if (end == std::string_view::npos) break;
    const auto found = addresses.find(std::string(text.substr(at + 2, end - at - 2)));
    if (found == addresses.end()) continue;
    out.append(text.substr(from, at + 2 - from)).append(found->second);
    from = end;
    changed = true;
  }
  if (changed) div = out.append(text.substr(from));
}

class Rewriter {
public:
  explicit Rewriter(const Addresses& addresses) : addresses_(addresses) {}

  // `content` may be nothing: then only references are seen to.
  void object(json::object& object, fhir::Element content) {
    if (const auto type = json::find_string(object, "resourceType"); type && !content)
      content = fhir::find_type(*type).root();  // itself, contained or of an entry
    for (auto& member : object) {
      if (json::is_kept(member.key())) continue;
      json::value& value = member.value();
      if (value.is_string()) {
        text(member.key(), value, content);
      } else if (value.is_array() && !value.get_array().empty() && value.get_array().front().is_string()) {
        for (json::value& item : value.get_array())
          if (item.is_string()) text(member.key(), item, content);
      } else if (value.is_structured()) {
        const fhir::Member found = content ? content.find(name_of(member.key())) : fhir::Member();
        inside(value, found ? found.content() : fhir::Element());
      }
    }
  }

private:
  static std::string_view name_of(std::string_view key) { return key.starts_with('_') ? key.substr(1) : key; }

  void inside(json::value& value, fhir::Element content) {
    if (json::object* one = value.if_object()) return object(*one, content);
    if (json::array* items = value.if_array())
      for (json::value& item : *items) inside(item, content);
  }

  void text(std::string_view key, json::value& value, fhir::Element content) {
    const std::string_view given = value.get_string();
    if (key == "div") return rewrite_narrative(value, addresses_);
    const bool is_reference = key == "reference";
    if (!may_be_address(given) && !(is_reference && given.find('?') != std::string_view::npos)) return;
    const auto found = addresses_.find(std::string(given));
    if (found == addresses_.end()) return;
    if (!is_reference) {
      const fhir::Member member = content ? content.find(key) : fhir::Member();
      if (!member.type || !is_rewritten_type(member.type.code())) return;
    }
    value = found->second;
  }

  const Addresses& addresses_;
};

void visit(const json::value& value, const std::function<void(const std::string&)>& call) {
  if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) visit(item, call);
  } else if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) {
      if (member.key() != "reference" || !member.value().is_string()) {
        visit(member.value(), call);
        continue;
      }
      const std::string_view text = member.value().get_string();
      if (text.find('?') != std::string_view::npos && !may_be_address(text) && !text.starts_with('#'))
        call(std::string(text));
    }
  }
}

}  // namespace

void rewrite(json::object& resource, const Addresses& addresses) {
  Rewriter(addresses).object(resource, fhir::Element());
}

void for_each_condition(const json::object& resource, const std::function<void(const std::string&)>& call) {
  for (const auto& member : resource) visit(member.value(), call);
}

}  // namespace xinglin::record::detail
