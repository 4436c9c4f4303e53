// How a message changes a resource that is stored already.
#include <algorithm>

#include "codec/hl7v2/to_fhir.h"

namespace xinglin::hl7v2 {
namespace {

bool has_status(const json::value& entry, std::string_view status) {
  return entry.is_object() && json::find_string(entry.get_object(), "status") == status;
}

std::string place_key(const json::value& entry) {
  const json::value* id = json::at_path(entry, "location.identifier");
  return id != nullptr ? json::serialize(*id) : std::string();
}

// The stay's history: what is named now is as it is said, what was active before and is not named any more is
// completed.
json::array merge_locations(const json::array& stored, const json::array& incoming) {
  json::array out = incoming;
  for (const json::value& before : stored) {
    const std::string key = place_key(before);
    const bool named = std::any_of(incoming.begin(), incoming.end(),
                                   [&](const json::value& now) { return place_key(now) == key; });
    if (named) continue;
    json::value past = before;
    if (has_status(past, "active") || has_status(past, "planned")) past.get_object()["status"] = "completed";
    out.push_back(std::move(past));
  }
  return out;
}

void merge_period(json::object& period, const json::object& incoming, EncounterChange change) {
  for (const auto& [key, value] : incoming) period[key] = value;
  if (change == EncounterChange::CancelDischarge) period.erase("end");
}

}  // namespace

json::object merge_encounter(const json::object& stored, const MappedEncounter& incoming) {
  json::object out = stored;
  const EncounterChange change = incoming.change;
  if (change == EncounterChange::Mention) return out;
  const std::string before(json::find_string(stored, "status").value_or("unknown"));
  for (const auto& [key, value] : incoming.resource) {
    if (key == "location" || key == "period" || key == "status") continue;
    if (key == "class") {  // a class the sender did not name does not replace one that is known
      if (json::find_string(value.get_object(), "code") == "U") continue;
    }
    out[key] = value;
  }
  const std::string_view now = json::find_string(incoming.resource, "status").value_or("unknown");
  // An update says how things are, not that something ended or began; a message that comes after the
  // discharge it should have come before does not open the stay again.
  const bool keep = change == EncounterChange::Update && now != "finished" && before != "unknown";
  const bool late =
      before == "finished" && (change == EncounterChange::Transfer || change == EncounterChange::Start);
  if (!keep && !late) out["status"] = now;
  if (const json::object* period = json::find_object(incoming.resource, "period")) {
    if (!out.contains("period")) out["period"] = json::object{};
    merge_period(out["period"].get_object(), *period, change);
  } else if (change == EncounterChange::CancelDischarge && out.contains("period")) {
    out["period"].get_object().erase("end");
  }
  if (const json::array* places = json::find_array(incoming.resource, "location");
      places != nullptr && !late) {
    const json::array* old = json::find_array(stored, "location");
    out["location"] = merge_locations(old != nullptr ? *old : json::array{}, *places);
  }
  return out;
}

json::object merge_report(const json::object& stored, json::object incoming) {
  const json::array* old = json::find_array(stored, "result");
  if (old == nullptr) return incoming;
  const json::array* now = json::find_array(incoming, "result");
  json::array all = *old;
  if (now != nullptr)
    for (const json::value& reference : *now)
      if (std::find(all.begin(), all.end(), reference) == all.end()) all.push_back(reference);
  incoming["result"] = std::move(all);
  return incoming;
}

}  // namespace xinglin::hl7v2
