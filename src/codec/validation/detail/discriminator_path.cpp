#include <algorithm>

#include "base/json_text.h"
#include "codec/validation/detail/profile_check.h"

namespace xinglin::validation::detail {
namespace {

// "resolve().code" -> "resolve()"; dots inside parentheses and quotes are a step's own.
std::string_view next_step(std::string_view& path) {
  int open = 0;
  size_t i = 0;
  for (; i < path.size() && (path[i] != '.' || open > 0); ++i) {
    if (path[i] == '(') ++open;
    if (path[i] == ')') --open;
  }
  const std::string_view step = path.substr(0, i);
  path.remove_prefix(std::min(path.size(), i + 1));
  return step;
}

// extension('url') -> url
std::string_view argument(std::string_view step) {
  const size_t open = step.find('(');
  std::string_view out = step.substr(open + 1, step.size() - open - 2);
  if (out.size() >= 2 && (out.front() == '\'' || out.front() == '"')) out = out.substr(1, out.size() - 2);
  return out;
}

bool is_call(std::string_view step, std::string_view name) {
  return step.size() > name.size() + 1 && step.starts_with(name) && step[name.size()] == '(' &&
         step.back() == ')';
}

std::string_view type_of_json(const json::value& value) {
  const json::object* object = value.if_object();
  return object ? json::find_string(*object, "resourceType").value_or("") : "";
}

void take(std::vector<Occurrence>& out, const json::value& value, std::string_view type) {
  const auto add = [&](const json::value& one, int64_t index) {
    const std::string_view resource = type_of_json(one);
    out.push_back({{&one, nullptr}, resource.empty() ? type : resource, index});
  };
  const json::array* items = value.if_array();
  if (!items) return add(value, -1);
  for (size_t i = 0; i < items->size(); ++i) add((*items)[i], static_cast<int64_t>(i));
}

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

// By names alone: the definition of the place is not needed to read it.
void take_child(std::vector<Occurrence>& out, const json::object& object, std::string_view name) {
  for (const auto& member : object) {
    const std::string_view key(member.key());
    if (!key.starts_with(name)) continue;
    if (key.size() == name.size()) {
      take(out, member.value(), "");
    } else if (is_capital(key[name.size()])) {
      const std::string_view suffix = key.substr(name.size());
      std::string lower(suffix);
      lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
      fhir::Structure type = fhir::find_type(suffix);
      if (!type) type = fhir::find_type(lower);
      if (type) take(out, member.value(), type.type());
    }
  }
}

const json::value* resolve(const json::object& reference, const Scope& scope) {
  const std::string_view text = json::find_string(reference, "reference").value_or("");
  const Scope* outermost = &scope;
  if (text.starts_with('#')) {
    const Scope& container = scope.container ? *scope.container : scope;
    const json::array* contained = json::find_array(container.resource->get_object(), "contained");
    if (!contained) return nullptr;
    for (const json::value& one : *contained)
      if (one.is_object() && json::find_string(one.get_object(), "id").value_or("") == text.substr(1))
        return &one;
    return nullptr;
  }
  while (outermost->container || outermost->outer)
    outermost = outermost->container ? outermost->container : outermost->outer;
  const json::object& root = outermost->resource->get_object();
  const json::array* entries = outermost->type == "Bundle" ? json::find_array(root, "entry") : nullptr;
  if (!entries || text.empty()) return nullptr;
  for (const json::value& one : *entries) {
    const json::object* entry = one.if_object();
    if (!entry) continue;
    const std::string_view url = json::find_string(*entry, "fullUrl").value_or("");
    if (url == text ||
        (url.size() > text.size() && url.ends_with(text) && url[url.size() - text.size() - 1] == '/'))
      return entry->if_contains("resource");
  }
  return nullptr;
}

std::vector<Occurrence> step_into(const Occurrence& from, std::string_view step, const Scope& scope) {
  std::vector<Occurrence> out;
  if (is_call(step, "ofType") || is_call(step, "as")) {
    if (from.type == argument(step)) out.push_back(from);
    return out;
  }
  const json::object* object = from.item.value ? from.item.value->if_object() : nullptr;
  if (!object) return out;
  if (step == "resolve()") {
    if (const json::value* target = resolve(*object, scope)) take(out, *target, "");
  } else if (is_call(step, "extension")) {
    take_child(out, *object, "extension");
    std::erase_if(out, [&](const Occurrence& one) {
      const json::object* extension = one.item.value->if_object();
      return !extension || json::find_string(*extension, "url").value_or("") != argument(step);
    });
  } else {
    take_child(out, *object, step);
  }
  return out;
}

fhir::Element step_into(const Validator::Parts& parts, const fhir::Element& from, std::string_view step) {
  if (is_call(step, "ofType") || is_call(step, "as")) return from;
  if (step == "resolve()") {
    for (const fhir::TypeUse type : from.types())
      for (const std::string_view target : type.target_profiles())
        if (const fhir::Structure structure = parts.find_structure(target)) return structure.root();
    return {};
  }
  fhir::Element owner = from;
  if (from.children().empty() && from.types().size() == 1 && !from.types()[0].profiles().empty())
    if (const fhir::Structure narrowed = parts.find_structure(from.types()[0].profiles()[0]))
      owner = narrowed.root();
  if (!is_call(step, "extension")) return owner.find(step).element;
  for (const fhir::Element slice : owner.find("extension").element.slices())
    for (const fhir::TypeUse type : slice.types())
      if (type.profiles().contains(argument(step))) return slice;
  return {};
}

}  // namespace

std::vector<Occurrence> occurrences(const json::object& object, const fhir::Element& child) {
  std::vector<Occurrence> out;
  for (const auto& member : object) {
    std::string_view key(member.key());
    const bool is_companion = key.starts_with('_');
    if (is_companion) key.remove_prefix(1);
    if (!key.starts_with(child.name()) || (is_companion && object.contains(key))) continue;
    std::string_view type = child.types().size() == 1 ? child.types()[0].code() : "";
    if (key.size() != child.name().size()) {
      if (!child.is_choice() || !is_capital(key[child.name().size()])) continue;
      std::string_view suffix = key.substr(child.name().size());
      const fhir::Member found =
          fhir::find_type("Extension").root().find(std::string("value").append(suffix));
      if (!found) continue;
      type = found.type.code();
    } else if (child.is_choice()) {
      continue;
    }
    if (!is_companion) {
      take(out, member.value(), type);
      continue;
    }
    const json::array* items = member.value().if_array();
    for (size_t i = 0; i < (items ? items->size() : 1); ++i)
      out.push_back(
          {{nullptr, items ? &(*items)[i] : &member.value()}, type, items ? static_cast<int64_t>(i) : -1});
  }
  return out;
}

std::vector<Occurrence> follow(const Occurrence& from, std::string_view path, const Scope& scope) {
  std::vector<Occurrence> found{from};
  while (!path.empty()) {
    const std::string_view step = next_step(path);
    if (step == "$this") continue;
    std::vector<Occurrence> next;
    for (const Occurrence& one : found)
      for (const Occurrence& inner : step_into(one, step, scope)) next.push_back(inner);
    found = std::move(next);
  }
  return found;
}

fhir::Element follow(const Validator::Parts& parts, const fhir::Element& from, std::string_view path) {
  fhir::Element at = from;
  while (!path.empty() && at) {
    const std::string_view step = next_step(path);
    if (step != "$this") at = step_into(parts, at, step);
  }
  return at;
}

bool matches_json(const json::value& value, const json::value& wanted, bool is_pattern) {
  if (const json::object* object = wanted.if_object()) {
    const json::object* actual = value.if_object();
    if (!actual) return false;
    for (const auto& member : *object) {
      if (json::is_kept(member.key())) continue;
      const json::value* found = actual->if_contains(member.key());
      if (!found || !matches_json(*found, member.value(), is_pattern)) return false;
    }
    return is_pattern || std::all_of(actual->begin(), actual->end(), [&](const auto& member) {
             return json::is_kept(member.key()) || object->contains(member.key());
           });
  }
  const json::array* items = wanted.if_array();
  if (!items)
    return value == wanted || (value.is_number() && wanted.is_number() &&
                               value.to_number<double>() == wanted.to_number<double>());
  const json::array* actual = value.if_array();
  if (!actual || (!is_pattern && actual->size() != items->size())) return false;
  for (size_t i = 0; i < items->size(); ++i) {
    if (!is_pattern && !matches_json((*actual)[i], (*items)[i], false)) return false;
    if (is_pattern && std::none_of(actual->begin(), actual->end(), [&](const json::value& one) {
          return matches_json(one, (*items)[i], true);
        }))
      return false;
  }
  return true;
}

}  // namespace xinglin::validation::detail
