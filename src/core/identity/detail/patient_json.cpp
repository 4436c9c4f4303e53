#include "core/identity/detail/patient_json.h"

#include <algorithm>
#include <charconv>

namespace xinglin::identity::detail {
namespace {

constexpr int kDepthMax = 64;

std::string reference_to(const PatientId& id) {
  return "Patient/" + id.str();
}

bool is_identifier(const json::value& element, const Identifier& identifier) {
  if (!element.is_object()) return false;
  const json::object& o = element.get_object();
  return json::find_string(o, "system") == identifier.system &&
         json::find_string(o, "value") == identifier.value;
}

void drop_if_empty(json::object& object, std::string_view key) {
  const json::array* list = json::find_array(object, key);
  if (list != nullptr && list->empty()) object.erase(key);
}

void repoint_value(json::value& v, const std::string& from, const std::string& to, const std::string& path,
                   int depth, std::vector<std::string>& places) {
  if (depth > kDepthMax) return;
  const std::string prefix = path.empty() ? path : path + ".";
  if (v.is_object()) {
    for (auto& [key, member] : v.get_object()) {
      if (key == "reference" && member.is_string() && std::string_view(member.get_string()) == from) {
        member = to;
        places.push_back(prefix + "reference");
      } else {
        repoint_value(member, from, to, prefix + std::string(key), depth + 1, places);
      }
    }
  } else if (v.is_array()) {
    size_t n = 0;
    for (json::value& element : v.get_array())
      repoint_value(element, from, to, prefix + std::to_string(n++), depth + 1, places);
  }
}

json::value* place_in(json::value& root, std::string_view path) {
  json::value* at = &root;
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    if (at->is_object()) {
      at = at->get_object().if_contains(step);
    } else if (at->is_array()) {
      size_t n = 0;
      const auto parsed = std::from_chars(step.data(), step.data() + step.size(), n);
      if (parsed.ec != std::errc{} || n >= at->get_array().size()) return nullptr;
      at = &at->get_array()[n];
    } else {
      return nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

}  // namespace

bool has_identifier(const json::object& patient, const Identifier& identifier) {
  const json::array* list = json::find_array(patient, "identifier");
  return list != nullptr && std::any_of(list->begin(), list->end(),
                                        [&](const json::value& e) { return is_identifier(e, identifier); });
}

void add_identifier(json::object& patient, const json::value& element) {
  if (!patient.contains("identifier")) patient["identifier"] = json::array{};
  if (json::value& list = patient["identifier"]; list.is_array()) list.get_array().push_back(element);
}

void remove_identifier(json::object& patient, const Identifier& identifier) {
  json::value* list = patient.if_contains("identifier");
  if (list == nullptr || !list->is_array()) return;
  json::array kept;
  for (json::value& e : list->get_array())
    if (!is_identifier(e, identifier)) kept.push_back(std::move(e));
  *list = std::move(kept);
  drop_if_empty(patient, "identifier");
}

void add_identifiers_of(json::object& stored, const json::object& incoming) {
  const json::array* list = json::find_array(incoming, "identifier");
  if (list == nullptr) return;
  for (const json::value& e : *list) {
    if (!e.is_object()) continue;
    const Identifier key{std::string(json::find_string(e.get_object(), "system").value_or("")),
                         std::string(json::find_string(e.get_object(), "value").value_or(""))};
    if (!has_identifier(stored, key)) add_identifier(stored, e);
  }
}

void apply_demographics(json::object& stored, const json::object& incoming) {
  for (const auto& [key, value] : incoming) {
    if (key == "identifier" || key == "id" || key == "meta" || key == "resourceType" || key == "link")
      continue;
    if (key == "active" && stored.contains("active"))
      continue;  // what a merge said is not for a message to undo
    // FHIR allows one form of a choice: a date of death takes the place of "deceased: yes".
    if (key.starts_with("deceased")) stored.erase("deceasedBoolean"), stored.erase("deceasedDateTime");
    if (key.starts_with("multipleBirth"))
      stored.erase("multipleBirthBoolean"), stored.erase("multipleBirthInteger");
    if (key == "birthDate") stored.erase("_birthDate");
    if (value.is_null())
      stored.erase(key);
    else
      stored[key] = value;
  }
  if (const json::value* extension = incoming.if_contains("_birthDate")) stored["_birthDate"] = *extension;
  add_identifiers_of(stored, incoming);
}

void remove_nulls(json::object& patient) {
  for (auto it = patient.begin(); it != patient.end();) {
    if (it->value().is_null())
      it = patient.erase(it);
    else
      ++it;
  }
}

bool same_content(const json::object& a, const json::object& b) {
  json::object left = a, right = b;
  left.erase("meta");
  right.erase("meta");
  return left == right;
}

void add_link(json::object& patient, const PatientId& other, std::string_view type) {
  if (!patient.contains("link")) patient["link"] = json::array{};
  if (json::value& links = patient["link"]; links.is_array())
    links.get_array().push_back(
        json::object{{"other", json::object{{"reference", reference_to(other)}}}, {"type", type}});
}

void remove_link(json::object& patient, const PatientId& other, std::string_view type) {
  json::value* links = patient.if_contains("link");
  if (links == nullptr || !links->is_array()) return;
  json::array kept;
  for (json::value& link : links->get_array()) {
    const json::value* to = json::at_path(link, "other.reference");
    const json::value* kind = json::at_path(link, "type");
    const bool ours = to != nullptr && to->is_string() &&
                      std::string_view(to->get_string()) == reference_to(other) && kind != nullptr &&
                      kind->is_string() && std::string_view(kind->get_string()) == type;
    if (!ours) kept.push_back(std::move(link));
  }
  *links = std::move(kept);
  drop_if_empty(patient, "link");
}

std::vector<std::string> repoint(json::object& resource, const PatientId& from, const PatientId& to) {
  std::vector<std::string> places;
  json::value root(std::move(resource));
  repoint_value(root, reference_to(from), reference_to(to), "", 0, places);
  resource = std::move(root.get_object());
  return places;
}

bool repoint_at(json::object& resource, const json::array& places, const PatientId& from,
                const PatientId& to) {
  bool changed = false;
  json::value root(std::move(resource));
  for (const json::value& place : places) {
    if (!place.is_string()) continue;
    json::value* at = place_in(root, place.get_string());
    if (at == nullptr || !at->is_string() || std::string_view(at->get_string()) != reference_to(from))
      continue;
    *at = reference_to(to);
    changed = true;
  }
  resource = std::move(root.get_object());
  return changed;
}

}  // namespace xinglin::identity::detail
