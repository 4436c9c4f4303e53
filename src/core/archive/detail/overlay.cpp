#include "core/archive/detail/overlay.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/archive/detail/columns.h"

namespace xinglin::archive {

namespace {

constexpr dicom::Tag kOriginalAttributes{0x0400, 0x0561}, kModifiedAttributes{0x0400, 0x0550},
    kModifiedAt{0x0400, 0x0562}, kModifyingSystem{0x0400, 0x0563}, kSourceOfValues{0x0400, 0x0564},
    kReason{0x0400, 0x0565}, kCharset{0x0008, 0x0005};
constexpr std::string_view kThisSystem = "XINGLIN";

constexpr std::array<Correctable, 11> kCorrectable{{
    {"PatientName", {0x0010, 0x0010}, "PN", "patient_name", true},
    {"PatientID", {0x0010, 0x0020}, "LO", "patient_id", false},
    {"IssuerOfPatientID", {0x0010, 0x0021}, "LO", "patient_issuer", false},
    {"PatientBirthDate", {0x0010, 0x0030}, "DA", "patient_birth_date", true},
    {"PatientSex", {0x0010, 0x0040}, "CS", "patient_sex", true},
    {"AccessionNumber", {0x0008, 0x0050}, "SH", "accession_number", true},
    {"StudyDescription", {0x0008, 0x1030}, "LO", "description", true},
    {"StudyID", {0x0020, 0x0010}, "SH", "study_id", true},
    {"StudyDate", {0x0008, 0x0020}, "DA", "date", true},
    {"StudyTime", {0x0008, 0x0030}, "TM", "time", true},
    {"ReferringPhysicianName", {0x0008, 0x0090}, "PN", "referring_physician", true},
}};

// DT of PS3.5 6.2, in UTC.
std::string date_time(Instant at) {
  std::string out;
  for (const char c : format_rfc3339(at))
    if (c >= '0' && c <= '9') out += c;
  return out.substr(0, 14) + "+0000";
}

// PS3.3 C.12.1.1.9: the defined terms for reconciling with a master patient index, and for mending a mistake.
std::string_view reason_of(const Correction& correction) {
  return correction.kind == CorrectionKind::Correct ? "CORRECT" : "COERCE";
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

json::object in_order(std::map<std::string, json::value> sorted) {
  json::object out;
  for (auto& [key, value] : sorted) out[key] = std::move(value);
  return out;
}

json::object json_sequence(json::array items) {
  return {{"vr", "SQ"}, {"Value", std::move(items)}};
}

}  // namespace

std::span<const Correctable> correctable() {
  return kCorrectable;
}

const Correctable* find_correctable(std::string_view keyword) {
  const auto found = std::find_if(kCorrectable.begin(), kCorrectable.end(),
                                  [&](const Correctable& c) { return c.keyword == keyword; });
  return found == kCorrectable.end() ? nullptr : &*found;
}

std::string_view to_string(CorrectionKind kind) {
  constexpr std::string_view kNames[] = {"correct", "move", "merge"};
  return kNames[static_cast<size_t>(kind)];
}

Correction correction_from(const sql::Query& row) {
  Correction out;
  out.id = row.integer(0);
  for (const CorrectionKind kind : {CorrectionKind::Move, CorrectionKind::Merge})
    if (row.text(1) == to_string(kind)) out.kind = kind;
  out.at = row.instant(2);
  out.who = row.text(3);
  out.why = row.text(4);
  const auto changes = json::parse(row.text(5));
  if (changes && changes->is_array())
    for (const json::value& one : changes->get_array())
      if (one.is_object()) {
        const auto text = [&](std::string_view key) {
          return std::string(json::find_string(one.get_object(), key).value_or(""));
        };
        out.changes.push_back({text("attribute"), text("before"), text("after")});
      }
  out.moved_from = PatientId(std::string(row.text(6)));
  out.moved_to = PatientId(std::string(row.text(7)));
  if (!row.is_null(8)) out.undone_at = row.instant(8);
  out.undone_by = row.text(9);
  out.undone_why = row.text(10);
  return out;
}

Result<Overlay> load_overlay(sql::Session& session, const StudyUid& study) {
  Overlay out;
  auto row = session.query(
      std::string(kCorrectionColumns) + "WHERE study = ?1 AND undone_at IS NULL ORDER BY id", study.str());
  while (row.next()) out.push_back(correction_from(row));
  XL_CHECK(row.status());
  return out;
}

// Originals are those of this very instance, which may say other things than its study.
void apply(const Overlay& overlay, dicom::DataSet& data_set) {
  const auto needs_utf8 = [&](const Correction& correction) {
    return std::any_of(correction.changes.begin(), correction.changes.end(), [&](const AttributeChange& c) {
      const Correctable* attribute = find_correctable(c.keyword);
      return attribute != nullptr && !(is_ascii(c.after) && is_ascii(data_set.text(attribute->tag)));
    });
  };
  // An item has no character set of its own: it is that of the data set.
  if (std::any_of(overlay.begin(), overlay.end(), needs_utf8)) data_set.convert_to_utf8();
  for (const Correction& correction : overlay) {
    dicom::DataSet before;
    for (const AttributeChange& change : correction.changes) {
      const Correctable* attribute = find_correctable(change.keyword);
      if (attribute == nullptr) continue;
      before.set_text(attribute->tag, attribute->vr, data_set.text(attribute->tag));
      data_set.set_text(attribute->tag, attribute->vr, change.after);
    }
    dicom::DataSet& item = data_set.add_item(kOriginalAttributes);
    item.add_item(kModifiedAttributes) = std::move(before);
    item.set_text(kModifiedAt, "DT", date_time(correction.at));
    item.set_text(kModifyingSystem, "LO", kThisSystem);
    item.set_text(kSourceOfValues, "LO", "");
    item.set_text(kReason, "CS", reason_of(correction));
  }
}

void apply(const Overlay& overlay, json::object& attributes) {
  if (overlay.empty()) return;
  std::map<std::string, json::value> all;  // PS3.18 F.2.2 wants the attributes in order
  for (auto& [key, value] : attributes) all[std::string(key)] = std::move(value);
  json::array items;
  if (const auto found = all.find(json_key(kOriginalAttributes)); found != all.end())
    if (const json::array* earlier = json::find_array(found->second.as_object(), "Value")) items = *earlier;
  for (const Correction& correction : overlay) {
    std::map<std::string, json::value> before;
    for (const AttributeChange& change : correction.changes) {
      const Correctable* attribute = find_correctable(change.keyword);
      if (attribute == nullptr) continue;
      const std::string key = json_key(attribute->tag);
      const json::object empty{{"vr", attribute->vr}};
      before[key] = all.contains(key) ? all[key] : json::value(empty);
      all[key] = change.after.empty() ? empty : json_attribute(attribute->vr, change.after);
      if (!is_ascii(change.after)) all[json_key(kCharset)] = json_attribute("CS", "ISO_IR 192");
    }
    std::map<std::string, json::value> item;
    item[json_key(kModifiedAttributes)] = json_sequence({in_order(std::move(before))});
    item[json_key(kModifiedAt)] = json_attribute("DT", date_time(correction.at));
    item[json_key(kModifyingSystem)] = json_attribute("LO", kThisSystem);
    item[json_key(kSourceOfValues)] = json::object{{"vr", "LO"}};
    item[json_key(kReason)] = json_attribute("CS", reason_of(correction));
    items.push_back(in_order(std::move(item)));
  }
  all[json_key(kOriginalAttributes)] = json_sequence(std::move(items));
  attributes = in_order(std::move(all));
}

}  // namespace xinglin::archive
