#include "core/procedure/detail/step_attributes.h"

#include <algorithm>

#include "base/digest.h"

namespace xinglin::procedure {

namespace {

using dicom::DataSet;
using dicom::Tag;

constexpr std::string_view kIssuerPrefix = "urn:xinglin:issuer:";
constexpr size_t kShortMax = 16;

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(json::find_string(object, name).value_or(""));
}

const json::object* first_object(const json::object& object, std::string_view name) {
  const json::array* list = json::find_array(object, name);
  return list == nullptr || list->empty() ? nullptr : list->front().if_object();
}

// PS3.5 B.2: the digest as one decimal number.
std::string uid_from(std::string_view seed) {
  const Digest digest = sha256(seed);
  std::string decimal = "0";
  for (size_t i = 0; i < 16; ++i) {
    int carry = digest[i];
    for (auto at = decimal.rbegin(); at != decimal.rend(); ++at) {
      const int value = (*at - '0') * 256 + carry;
      *at = static_cast<char>('0' + value % 10);
      carry = value / 10;
    }
    for (; carry > 0; carry /= 10) decimal.insert(decimal.begin(), static_cast<char>('0' + carry % 10));
  }
  return "2.25." + decimal;
}

std::string short_id(std::string_view prefix, std::string_view seed) {
  return std::string(prefix) + to_hex(sha256(seed)).substr(0, kShortMax - prefix.size());
}

std::string components(const json::object& name) {
  std::string out = text_of(name, "family");
  const json::array* given = json::find_array(name, "given");
  for (size_t i = 0; given != nullptr && i < given->size() && i < 2; ++i)
    if (given->at(i).is_string()) out += "^" + std::string(given->at(i).get_string());
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void put_code(DataSet& out, Tag tag, const json::object* concept_of) {
  const json::object* coding = concept_of == nullptr ? nullptr : first_object(*concept_of, "coding");
  if (coding == nullptr || text_of(*coding, "code").empty()) return;
  std::string system = text_of(*coding, "system");
  if (system == "http://loinc.org") system = "LN";
  if (system == "http://snomed.info/sct") system = "SCT";
  if (system.size() > kShortMax || system.empty()) system = "99XL";
  DataSet& item = out.add_item(tag);
  item.set_text({0x0008, 0x0100}, "SH", text_of(*coding, "code").substr(0, kShortMax));
  item.set_text({0x0008, 0x0102}, "SH", system);
  item.set_text({0x0008, 0x0104}, "LO", text_of(*coding, "display"));
}

std::string words_of(const json::object* concept_of) {
  if (concept_of == nullptr) return {};
  if (auto text = text_of(*concept_of, "text"); !text.empty()) return text;
  const json::object* coding = first_object(*concept_of, "coding");
  return coding == nullptr ? "" : text_of(*coding, "display");
}

// LO holds 64 characters; cut between characters.
std::string cut(std::string text, size_t max) {
  size_t bytes = 0;
  for (size_t characters = 0; bytes < text.size() && characters < max; ++characters) do
      ++bytes;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80);
  text.resize(bytes);
  std::replace(text.begin(), text.end(), '\\', '/');
  return text;
}

void put_patient(DataSet& out, const json::object& patient) {
  const DicomPatientId id = dicom_patient_id(patient);
  out.set_text({0x0010, 0x0010}, "PN", dicom_name(patient));
  out.set_text({0x0010, 0x0020}, "LO", cut(id.id, 64));
  out.set_text({0x0010, 0x0021}, "LO", cut(id.issuer, 64));
  out.set_text({0x0010, 0x0030}, "DA", dicom_date_time(text_of(patient, "birthDate")).substr(0, 8));
  const std::string sex = text_of(patient, "gender");
  out.set_text({0x0010, 0x0040}, "CS",
               sex == "male"     ? "M"
               : sex == "female" ? "F"
               : sex == "other"  ? "O"
                                 : "");
}

void put_step(DataSet& out, const json::object& request, const fhir::ImagingOrder& order,
              const std::string& procedure) {
  DataSet& step = out.add_item({0x0040, 0x0100});
  const std::string start = dicom_date_time(order.start);
  step.set_text({0x0008, 0x0060}, "CS", cut(order.modality, kShortMax));
  step.set_text({0x0040, 0x0001}, "AE", cut(order.station_ae_title, kShortMax));
  step.set_text({0x0040, 0x0002}, "DA", start.substr(0, 8));
  step.set_text({0x0040, 0x0003}, "TM", start.size() > 8 ? start.substr(8) : "");
  step.set_text({0x0040, 0x0006}, "PN", "");
  step.set_text({0x0040, 0x0007}, "LO",
                cut(order.step_description.empty() ? procedure : order.step_description, 64));
  put_code(step, {0x0040, 0x0008}, json::find_object(request, "code"));
  step.set_text({0x0040, 0x0009}, "SH", order.step_id);
  step.set_text({0x0040, 0x0010}, "SH", cut(order.station_name, kShortMax));
  step.set_text({0x0040, 0x0011}, "SH", "");
  step.set_text({0x0040, 0x0020}, "CS", "SCHEDULED");
}

}  // namespace

fhir::ImagingOrder complete_order(const json::object& request) {
  fhir::ImagingOrder out = fhir::read_imaging_order(request);
  const std::string id = text_of(request, "id");
  if (out.step_id.empty()) out.step_id = short_id("S", "step " + id);
  out.step_id = out.step_id.substr(0, kShortMax);
  if (!dicom::is_valid_uid(out.study_instance_uid)) {
    // Steps of one requested procedure make one study.
    const std::string& procedure = out.requested_procedure_id;
    out.study_instance_uid =
        uid_from("study " + (procedure.empty() ? id : out.accession_number + " " + procedure));
  }
  if (out.requested_procedure_id.empty()) out.requested_procedure_id = short_id("P", "procedure " + id);
  out.requested_procedure_id = out.requested_procedure_id.substr(0, kShortMax);
  return out;
}

dicom::DataSet step_attributes(const json::object& request, const json::object& patient,
                               const fhir::ImagingOrder& order) {
  DataSet out;
  put_patient(out, patient);
  const json::object* code = json::find_object(request, "code");
  const std::string procedure = words_of(code);
  put_step(out, request, order, procedure);
  out.set_text({0x0008, 0x0050}, "SH", cut(order.accession_number, kShortMax));
  out.set_text({0x0020, 0x000D}, "UI", order.study_instance_uid);
  out.set_text({0x0032, 0x1060}, "LO", cut(procedure, 64));
  put_code(out, {0x0032, 0x1064}, code);
  out.set_text({0x0040, 0x1001}, "SH", order.requested_procedure_id);
  out.set_text({0x0040, 0x1002}, "LO", cut(words_of(first_object(request, "reasonCode")), 64));
  const std::string priority = text_of(request, "priority");
  out.set_text({0x0040, 0x1003}, "SH",
               priority == "stat"   ? "STAT"
               : priority == "asap" ? "HIGH"
               : priority.empty()   ? ""
                                    : "ROUTINE");
  out.set_text({0x0040, 0x2016}, "LO", cut(order.placer_number, 64));
  out.set_text({0x0040, 0x2017}, "LO", cut(order.filler_number, 64));
  const json::object* requester = json::find_object(request, "requester");
  std::string who = requester == nullptr ? "" : text_of(*requester, "display");
  std::replace(who.begin(), who.end(), '^', ' ');
  out.set_text({0x0032, 0x1032}, "PN", cut(who, 64));
  out.set_text({0x0008, 0x0090}, "PN", cut(who, 64));
  return out;
}

std::string dicom_date_time(std::string_view fhir) {
  std::string out;
  for (const char c : fhir.substr(0, 19))
    if (c >= '0' && c <= '9') out += c;
  return out.size() == 8 || out.size() == 12 || out.size() == 14 ? out : std::string();
}

// A name in Han only stands in the first group: a console that shows one group shows that.
std::string dicom_name(const json::object& patient) {
  std::string latin, other;
  const json::array* names = json::find_array(patient, "name");
  for (size_t i = 0; names != nullptr && i < names->size(); ++i) {
    const auto* name = names->at(i).if_object();
    if (name == nullptr || text_of(*name, "use") == "old") continue;
    std::string text = components(*name);
    if (text.empty()) text = text_of(*name, "text");
    for (char& c : text)
      if (c == '=' || c == '\\') c = ' ';
    std::string& group = is_ascii(text) ? latin : other;
    if (group.empty()) group = cut(text, 64);
  }
  if (latin.empty()) return other;
  return other.empty() ? latin : latin + "=" + other;
}

DicomPatientId dicom_patient_id(const json::object& patient) {
  const json::array* list = json::find_array(patient, "identifier");
  DicomPatientId out;
  for (size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* one = list->at(i).if_object();
    if (one == nullptr || text_of(*one, "use") == "old" || text_of(*one, "value").empty()) continue;
    const json::object* type = json::find_object(*one, "type");
    const json::object* coding = type == nullptr ? nullptr : first_object(*type, "coding");
    const bool record_number = coding != nullptr && text_of(*coding, "code") == "MR";
    if (!out.id.empty() && !record_number) continue;
    out.id = text_of(*one, "value");
    const std::string system = text_of(*one, "system");
    const json::object* assigner = json::find_object(*one, "assigner");
    out.issuer = assigner != nullptr                 ? text_of(*assigner, "display")
                 : system.starts_with(kIssuerPrefix) ? system.substr(kIssuerPrefix.size())
                                                     : "";
    if (record_number) break;
  }
  return out;
}

}  // namespace xinglin::procedure
