#include "core/terminology/detail/read_resource.h"

#include <algorithm>
#include <array>
#include <map>

namespace xinglin::terminology::detail {

namespace {

std::string string_of(const json::object& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

// A display that a value set gives; spaces at its ends are no part of it.
std::string display_of(const json::object& object) {
  std::string out = string_of(object, "display");
  while (out.ends_with(' ')) out.pop_back();
  while (out.starts_with(' ')) out.erase(0, 1);
  return out;
}

template <class F>
Result<void> each(const json::object& object, std::string_view key, F use) {
  const json::array* list = json::find_array(object, key);
  if (!list) return {};
  for (const json::value& item : *list) {
    const json::object* entry = item.if_object();
    if (!entry) return Error(kBadResource, std::string(key) + " holds something that is no object");
    XL_CHECK(use(*entry));
  }
  return {};
}

std::string plain_text(const json::value& value) {
  if (const json::object* coding = value.if_object())
    return string_of(*coding, "system") + "|" + string_of(*coding, "code");
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

Result<std::vector<Designation>> designations_of(const json::object& object) {
  std::vector<Designation> out;
  XL_CHECK(each(object, "designation", [&out](const json::object& entry) -> Result<void> {
    Designation next{.language = string_of(entry, "language"), .value = string_of(entry, "value")};
    if (const json::object* use = json::find_object(entry, "use")) {
      next.use_system = string_of(*use, "system");
      next.use_code = string_of(*use, "code");
      next.use_display = string_of(*use, "display");
    }
    out.push_back(std::move(next));
    return {};
  }));
  return out;
}

// The properties that FHIR R4 4.8.2.1 gives a meaning to, by code or by the URI the system declares for its
// code.
struct KnownProperties {
  std::map<std::string, std::string, std::less<>> meanings;
  std::string_view meaning(std::string_view code) const {
    const auto found = meanings.find(code);
    return found == meanings.end() ? code : std::string_view(found->second);
  }
};

KnownProperties declared_properties(const json::object& resource) {
  constexpr std::string_view kBase = "http://hl7.org/fhir/concept-properties#";
  KnownProperties known;
  static_cast<void>(each(resource, "property", [&known, kBase](const json::object& entry) -> Result<void> {
    const std::string uri = string_of(entry, "uri");
    if (uri.starts_with(kBase)) known.meanings[string_of(entry, "code")] = uri.substr(kBase.size());
    return {};
  }));
  return known;
}

void give_meaning(std::string_view meaning, const ConceptProperty& property, ConceptDraft& draft) {
  if (meaning == "notSelectable" && property.value == "true") draft.flags |= kNotSelectable;
  if (meaning == "inactive" && property.value == "true") draft.flags |= kInactive;
  if (meaning == "status") {
    if (property.value == "deprecated") draft.flags |= kDeprecated;
    if (property.value == "retired" || property.value == "inactive") draft.flags |= kInactive;
  }
  if (meaning == "deprecationDate") draft.flags |= kDeprecated;
  if (property.type != "code") return;
  if (meaning == "parent" || meaning == "subsumedBy") draft.parents.push_back(property.value);
  if (meaning == "child") draft.children.push_back(property.value);
}

Result<void> read_properties(const json::object& entry, const KnownProperties& known, ConceptDraft& draft) {
  return each(entry, "property", [&](const json::object& item) -> Result<void> {
    ConceptProperty property{.code = string_of(item, "code"), .type = {}, .value = {}};
    for (const auto& [key, value] : item) {
      if (!std::string_view(key).starts_with("value")) continue;
      property.type = std::string(key).substr(5);
      if (property.type != "Coding") property.type[0] = static_cast<char>(property.type[0] - 'A' + 'a');
      property.value = plain_text(value);
    }
    if (property.type.empty()) return {};
    give_meaning(known.meaning(property.code), property, draft);
    draft.properties.push_back(std::move(property));
    return {};
  });
}

Result<void> read_concepts(const json::object& owner, uint32_t parent, const KnownProperties& known,
                           SystemDraft& out) {
  return each(owner, "concept", [&](const json::object& entry) -> Result<void> {
    if (out.concepts.size() >= kMaxConcepts)
      return Error(kTooCostly, "the code system has too many concepts");
    ConceptDraft draft{.code = string_of(entry, "code"),
                       .display = string_of(entry, "display"),
                       .definition = string_of(entry, "definition"),
                       .parent = parent};
    if (draft.code.empty()) return Error(kBadResource, "a concept has no code");
    XL_TRY(draft.designations, designations_of(entry));
    XL_CHECK(read_properties(entry, known, draft));
    const auto place = static_cast<uint32_t>(out.concepts.size());
    out.concepts.push_back(std::move(draft));
    return read_concepts(entry, place, known, out);
  });
}

Content content_of(std::string_view text) {
  if (text == "complete") return Content::Complete;
  if (text == "fragment") return Content::Fragment;
  if (text == "example") return Content::Example;
  return text == "supplement" ? Content::Supplement : Content::NotPresent;
}

FilterOp op_of(std::string_view text) {
  constexpr std::array<std::string_view, 9> kOps{"=",  "is-a",   "descendent-of", "is-not-a", "regex",
                                                 "in", "not-in", "generalizes",   "exists"};
  const auto found = std::find(kOps.begin(), kOps.end(), text);
  return static_cast<FilterOp>(found - kOps.begin());
}

Result<void> read_include(const json::object& entry, bool excludes, SetDraft& out) {
  IncludeDraft draft{
      .system = string_of(entry, "system"), .version = string_of(entry, "version"), .excludes = excludes};
  if (const json::array* sets = json::find_array(entry, "valueSet"))
    for (const json::value& url : *sets)
      if (url.is_string()) draft.value_sets.emplace_back(url.get_string());
  XL_CHECK(each(entry, "concept", [&draft](const json::object& item) -> Result<void> {
    ListedDraft listed{.code = string_of(item, "code"), .display = display_of(item)};
    if (listed.code.empty()) return Error(kBadResource, "a listed concept has no code");
    XL_TRY(listed.designations, designations_of(item));
    draft.listed.push_back(std::move(listed));
    return {};
  }));
  XL_CHECK(each(entry, "filter", [&draft](const json::object& item) -> Result<void> {
    draft.filters.push_back(
        {string_of(item, "property"), string_of(item, "value"), op_of(string_of(item, "op"))});
    return {};
  }));
  if (draft.system.empty() && draft.value_sets.empty())
    return Error(kBadResource, "an include names neither a system nor a value set");
  out.includes.push_back(std::move(draft));
  return {};
}

// A value set that has an expansion only: its codes, as they are listed.
Result<void> read_expansion(const json::object& owner, SetDraft& out) {
  return each(owner, "contains", [&out](const json::object& entry) -> Result<void> {
    const std::string system = string_of(entry, "system"), code = string_of(entry, "code");
    const json::value* is_abstract = json::find(entry, "abstract");
    if (!code.empty() && !(is_abstract && is_abstract->is_bool() && is_abstract->get_bool())) {
      if (out.includes.empty() || out.includes.back().system != system)
        out.includes.push_back({.system = system, .version = string_of(entry, "version")});
      out.includes.back().listed.push_back({code, string_of(entry, "display"), {}});
    }
    return read_expansion(entry, out);
  });
}

Unmapped unmapped_of(std::string_view mode) {
  if (mode == "provided") return Unmapped::Provided;
  if (mode == "fixed") return Unmapped::Fixed;
  return mode == "other-map" ? Unmapped::OtherMap : Unmapped::None;
}

Result<void> read_element(const json::object& entry, GroupDraft& group) {
  ElementDraft element{.code = string_of(entry, "code"), .display = display_of(entry)};
  XL_CHECK(each(entry, "target", [&element](const json::object& target) -> Result<void> {
    element.targets.push_back({string_of(target, "code"), string_of(target, "display"),
                               string_of(target, "comment"), string_of(target, "equivalence")});
    return {};
  }));
  group.elements.push_back(std::move(element));
  return {};
}

Result<void> read_group(const json::object& entry, MapDraft& out) {
  GroupDraft group{.source = string_of(entry, "source"), .target = string_of(entry, "target")};
  if (const json::object* unmapped = json::find_object(entry, "unmapped")) {
    group.unmapped = unmapped_of(string_of(*unmapped, "mode"));
    group.unmapped_code = string_of(*unmapped, "code");
    group.unmapped_display = string_of(*unmapped, "display");
    group.unmapped_url = string_of(*unmapped, "url");
  }
  XL_CHECK(each(entry, "element", [&group](const json::object& item) { return read_element(item, group); }));
  out.groups.push_back(std::move(group));
  return {};
}

template <class Draft>
void read_head(const json::object& resource, Draft& out) {
  out.url = string_of(resource, "url");
  out.version = string_of(resource, "version");
  out.id = string_of(resource, "id");
}

template <class Draft>
void read_names(const json::object& resource, Draft& out) {
  out.name = string_of(resource, "name");
  out.title = string_of(resource, "title");
  out.status = string_of(resource, "status");
}

}  // namespace

Result<SystemDraft> read_system(const json::object& resource) {
  SystemDraft out;
  read_head(resource, out);
  read_names(resource, out);
  out.value_set = string_of(resource, "valueSet");
  out.content = content_of(string_of(resource, "content"));
  out.ignores_case = json::find_bool(resource, "caseSensitive") == false;
  XL_CHECK(read_concepts(resource, kNone, declared_properties(resource), out));
  return out;
}

Result<SetDraft> read_set(const json::object& resource) {
  SetDraft out;
  read_head(resource, out);
  read_names(resource, out);
  if (const json::object* compose = json::find_object(resource, "compose")) {
    if (const auto inactive = json::find_bool(*compose, "inactive"))
      out.flags = *inactive ? kWithInactive : kWithoutInactive;
    for (const bool excludes : {false, true})
      XL_CHECK(each(*compose, excludes ? "exclude" : "include",
                    [&](const json::object& entry) { return read_include(entry, excludes, out); }));
  } else if (const json::object* expansion = json::find_object(resource, "expansion")) {
    XL_CHECK(read_expansion(*expansion, out));
  }
  return out;
}

Result<MapDraft> read_map(const json::object& resource) {
  MapDraft out;
  read_head(resource, out);
  for (const char* key : {"sourceUri", "sourceCanonical"})
    if (const auto text = json::find_string(resource, key)) out.source = *text;
  for (const char* key : {"targetUri", "targetCanonical"})
    if (const auto text = json::find_string(resource, key)) out.target = *text;
  XL_CHECK(each(resource, "group", [&out](const json::object& entry) { return read_group(entry, out); }));
  return out;
}

}  // namespace xinglin::terminology::detail
