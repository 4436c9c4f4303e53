#include "service/intake/detail/dicom_resources.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/time.h"
#include "codec/fhir/build.h"

namespace xinglin::intake {

namespace {

constexpr std::string_view kRepresentation =
    "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
constexpr std::string_view kDicomUid = "urn:dicom:uid";

// Control characters are no text in FHIR; the instance keeps them.
std::string text_of(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

std::string_view part(std::string_view text, char separator, size_t index) {
  for (;; --index) {
    const size_t cut = text.find(separator);
    if (index == 0) return text.substr(0, cut);
    if (cut == std::string_view::npos) return {};
    text.remove_prefix(cut + 1);
  }
}

// One component group of a PN (PS3.5 6.2.1): family^given^middle^prefix^suffix.
json::object name_of(std::string_view group, std::string_view representation) {
  json::object out{{"use", "official"}};
  std::string text;
  const std::string_view family = part(group, '^', 0);
  if (!family.empty()) out["family"] = family;
  json::array given;
  for (const size_t index : {1u, 2u})
    if (const std::string_view name = part(group, '^', index); !name.empty()) given.emplace_back(name);
  if (!given.empty()) out["given"] = std::move(given);
  if (const std::string_view prefix = part(group, '^', 3); !prefix.empty())
    out["prefix"] = json::array{prefix};
  if (const std::string_view suffix = part(group, '^', 4); !suffix.empty())
    out["suffix"] = json::array{suffix};
  if (!representation.empty())
    out["extension"] = json::array{json::object{{"url", kRepresentation}, {"valueCode", representation}}};
  return out;
}

json::array names_of(std::string_view pn) {
  constexpr std::array<std::string_view, 3> kGroups = {"ABC", "IDE", "SYL"};
  json::array out;
  const bool several = pn.find('=') != std::string_view::npos;
  for (size_t i = 0; i < kGroups.size(); ++i) {
    const std::string_view group = part(pn, '=', i);
    if (group.find_first_not_of("^ ") == std::string_view::npos) continue;
    out.push_back(name_of(group, several ? kGroups[i] : std::string_view()));
  }
  return out;
}

std::string_view gender_of(std::string_view sex) {
  if (sex == "M") return "male";
  if (sex == "F") return "female";
  return sex == "O" ? "other" : "unknown";
}

// TM may be short or have a fraction of any length; FHIR wants a whole time or a date.
std::optional<std::string> start_of(const std::string& date, const std::string& time, int offset_minutes) {
  const bool digits = time.size() >= 4 && time.find_first_not_of("0123456789.") == std::string::npos;
  if (digits && date.size() == 8) {
    std::string whole = date + time.substr(0, std::min<size_t>(time.size(), 13));
    if (const auto start = compact_to_fhir_time(whole, offset_minutes)) return start;
  }
  return compact_to_fhir_time(date);
}

void put_number(json::object& out, const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= INT32_MAX)
    out["number"] = number;
}

json::object series_of(const archive::SeriesInfo& series, const InstancesOfSeries& instances) {
  json::object out{{"uid", series.uid.str()}};
  put_number(out, series.number);
  out["modality"] = fhir::coding(fhir::kDicomOntology, series.modality.empty() ? "OT" : series.modality);
  if (const std::string text = text_of(series.description); !text.empty()) out["description"] = text;
  out["numberOfInstances"] = series.instances;
  const auto listed = instances.find(series.uid);
  if (listed == instances.end()) return out;
  json::array list;
  for (const archive::InstanceInfo& instance : listed->second) {
    json::object item{{"uid", instance.sop_instance.str()}};
    item["sopClass"] = fhir::coding(fhir::kUriIdentifierSystem, "urn:oid:" + instance.sop_class.str());
    put_number(item, instance.number);
    list.push_back(std::move(item));
  }
  if (!list.empty()) out["instance"] = std::move(list);
  return out;
}

}  // namespace

identity::Identifier identifier_of(const archive::PatientAttributes& attributes) {
  const std::string id = text_of(attributes.id);
  if (id.empty()) return {std::string(identity::kPatientOfStudy), attributes.study.str()};
  return {identity::system_of_authority(text_of(attributes.issuer)), id};
}

json::object patient_from(const archive::PatientAttributes& attributes) {
  json::object out = fhir::resource("Patient");
  const identity::Identifier id = identifier_of(attributes);
  out["identifier"] = json::array{fhir::identifier(id.system, id.value)};
  if (json::array names = names_of(text_of(attributes.name)); !names.empty()) out["name"] = std::move(names);
  if (!attributes.sex.empty()) out["gender"] = gender_of(attributes.sex);
  if (const auto born =
          attributes.birth_date.size() == 8 ? compact_to_fhir_time(attributes.birth_date) : std::nullopt)
    out["birthDate"] = *born;
  return out;
}

namespace {

// A component of a PN: without what would end it.
std::string component(std::string_view text) {
  std::string out = text_of(std::string(text));
  std::erase_if(out, [](char c) { return c == '^' || c == '=' || c == '\\'; });
  return out;
}

// family^given^middle^prefix^suffix, without what is empty at the end.
std::string pn_group(const json::object& name) {
  std::array<std::string, 5> parts{component(json::find_string(name, "family").value_or(""))};
  const auto list = [&](std::string_view key, size_t from, size_t most) {
    const json::array* values = json::find_array(name, key);
    for (size_t i = 0; values != nullptr && i < values->size(); ++i) {
      std::string& into = parts[from + std::min(i, most - 1)];
      if (!(*values)[i].is_string()) continue;
      into += (into.empty() ? "" : " ") + component((*values)[i].get_string());
    }
  };
  list("given", 1, 2);
  list("prefix", 3, 1);
  list("suffix", 4, 1);
  if (parts[0].empty() && parts[1].empty())
    parts[0] = component(json::find_string(name, "text").value_or(""));
  std::string out;
  for (const std::string& part : parts) out += part + "^";
  return out.substr(0, out.find_last_not_of('^') + 1);
}

// The groups of a PN: alphabetic, ideographic, phonetic.
std::string pn_of(const json::object& patient) {
  std::array<std::string, 3> groups;
  const json::array* names = json::find_array(patient, "name");
  for (size_t i = 0; names != nullptr && i < names->size(); ++i) {
    if (!(*names)[i].is_object()) continue;
    const json::object& name = (*names)[i].get_object();
    const json::value whole(name);
    const json::value* said = json::at_path(whole, "extension.0.valueCode");
    const std::string_view code =
        said != nullptr && said->is_string() ? std::string_view(said->get_string()) : "ABC";
    std::string& into = groups[code == "IDE" ? 1 : code == "SYL" ? 2 : 0];
    if (into.empty()) into = pn_group(name);
  }
  std::string out = groups[0] + "=" + groups[1] + "=" + groups[2];
  return out.substr(0, out.find_last_not_of('=') + 1);
}

std::string_view sex_of(std::string_view gender) {
  return gender == "male" ? "M" : gender == "female" ? "F" : gender == "other" ? "O" : "";
}

}  // namespace

archive::PatientAttributes attributes_of(const json::object& patient) {
  archive::PatientAttributes out;
  const json::array* identifiers = json::find_array(patient, "identifier");
  for (size_t i = 0; identifiers != nullptr && i < identifiers->size() && out.id.empty(); ++i) {
    if (!(*identifiers)[i].is_object()) continue;
    const json::object& one = (*identifiers)[i].get_object();
    const std::string system(json::find_string(one, "system").value_or(""));
    if (system == identity::kPatientOfStudy || json::find_string(one, "use") == "old") continue;
    out.id = text_of(std::string(json::find_string(one, "value").value_or("")));
    out.issuer = identity::authority_of_system(system);
  }
  out.name = pn_of(patient);
  for (const char c : json::find_string(patient, "birthDate").value_or(""))
    if (c != '-') out.birth_date += c;
  if (out.birth_date.size() != 8) out.birth_date.clear();
  out.sex = sex_of(json::find_string(patient, "gender").value_or(""));
  return out;
}

json::object imaging_study(const archive::StudyInfo& study, const InstancesOfSeries& instances,
                           int default_offset_minutes) {
  json::object out = fhir::resource("ImagingStudy");
  out["id"] = study.uid.str();
  out["identifier"] = json::array{fhir::identifier(kDicomUid, "urn:oid:" + study.uid.str())};
  if (const std::string number = text_of(study.accession_number); !number.empty()) {
    json::object accession = fhir::identifier("urn:xinglin:accession", number);
    accession["type"] = fhir::concept_of(fhir::kIdentifierType, "ACSN", "Accession ID");
    fhir::append(out, "identifier", std::move(accession));
  }
  out["status"] = "available";
  std::set<std::string> modalities;
  for (const archive::SeriesInfo& series : study.series)
    if (!series.modality.empty()) modalities.insert(series.modality);
  for (const std::string& modality : modalities)
    fhir::append(out, "modality", fhir::coding(fhir::kDicomOntology, modality));
  out["subject"] = fhir::reference("Patient", study.patient.str());
  if (const auto start = start_of(study.date, study.time, default_offset_minutes)) out["started"] = *start;
  out["numberOfSeries"] = static_cast<int64_t>(study.series.size());
  out["numberOfInstances"] = study.instances;
  if (const std::string text = text_of(study.description); !text.empty()) out["description"] = text;
  for (const archive::SeriesInfo& series : study.series)
    fhir::append(out, "series", series_of(series, instances));
  return out;
}

}  // namespace xinglin::intake
