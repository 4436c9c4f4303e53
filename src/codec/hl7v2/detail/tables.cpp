#include "codec/hl7v2/detail/tables.h"

#include <algorithm>
#include <span>

namespace xinglin::hl7v2::tables {
namespace {

constexpr std::string_view kMarital = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
constexpr std::string_view kNullFlavor = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";
constexpr std::string_view kPatientClass = "http://terminology.hl7.org/CodeSystem/v2-0004";

struct Row {
  std::string_view from;
  Coded to;
};
struct Pair {
  std::string_view from, to;
};

Found find(std::span<const Row> table, std::string_view key) {
  for (const Row& row : table)
    if (row.from == key) return row.to;
  return std::nullopt;
}

std::optional<std::string_view> find(std::span<const Pair> table, std::string_view key) {
  for (const Pair& pair : table)
    if (pair.from == key) return pair.to;
  return std::nullopt;
}

}  // namespace

Found gender(std::string_view key) {
  static constexpr Row kTable[] = {{"F", {"female", "Female"}}, {"M", {"male", "Male"}},
                                   {"O", {"other", "Other"}},   {"U", {"unknown", "Unknown"}},
                                   {"A", {"other", "Other"}},   {"N", {"other", "Other"}}};
  return find(kTable, key);
}

Found marital_status(std::string_view key) {
  static constexpr Row kTable[] = {
      {"A", {"L", "Legally Separated", kMarital}}, {"D", {"D", "Divorced", kMarital}},
      {"M", {"M", "Married", kMarital}},           {"S", {"S", "Never Married", kMarital}},
      {"W", {"W", "Widowed", kMarital}},           {"C", {"C", "Common Law", kMarital}},
      {"G", {"T", "Domestic partner", kMarital}},  {"P", {"T", "Domestic partner", kMarital}},
      {"R", {"T", "Domestic partner", kMarital}},  {"E", {"L", "Legally Separated", kMarital}},
      {"N", {"A", "Annulled", kMarital}},          {"I", {"I", "Interlocutory", kMarital}},
      {"B", {"U", "unmarried", kMarital}},         {"U", {"UNK", "unknown", kNullFlavor}},
      {"O", {"OTH", "other", kNullFlavor}},        {"T", {"NAVU", "Not available", kNullFlavor}}};
  return find(kTable, key);
}

Found encounter_class(std::string_view key) {
  static constexpr Row kTable[] = {{"E", {"EMER", "emergency", kActCode}},
                                   {"I", {"IMP", "inpatient encounter", kActCode}},
                                   {"O", {"AMB", "ambulatory", kActCode}},
                                   {"P", {"PRENC", "pre-admission", kActCode}},
                                   {"R", {"R", "Recurring patient", kPatientClass}},
                                   {"B", {"B", "Obstetrics", kPatientClass}},
                                   {"C", {"C", "Commercial Account", kPatientClass}},
                                   {"N", {"N", "Not Applicable", kPatientClass}},
                                   {"U", {"U", "Unknown", kPatientClass}}};
  return find(kTable, key);
}

std::string_view encounter_status_of_class(std::string_view key) {
  if (key == "P") return "planned";
  return key == "U" || key.empty() ? "unknown" : "in-progress";
}

Found interpretation(std::string_view key) {
  static constexpr Row kTable[] = {{"N", {"N", "Normal"}},
                                   {"H", {"H", "High"}},
                                   {"L", {"L", "Low"}},
                                   {"HH", {"HH", "Critical high"}},
                                   {"LL", {"LL", "Critical low"}},
                                   {"A", {"A", "Abnormal"}},
                                   {"AA", {"AA", "Critical abnormal"}},
                                   {"HU", {"HU", "Significantly high"}},
                                   {"LU", {"LU", "Significantly low"}},
                                   {"<", {"<", "Off scale low"}},
                                   {">", {">", "Off scale high"}},
                                   {"B", {"B", "Better"}},
                                   {"W", {"W", "Worse"}},
                                   {"U", {"U", "Significant change up"}},
                                   {"D", {"D", "Significant change down"}},
                                   {"CAR", {"CAR", "Carrier"}},
                                   {"DET", {"DET", "Detected"}},
                                   {"ND", {"ND", "Not detected"}},
                                   {"E", {"E", "Equivocal"}},
                                   {"EX", {"EX", "outside threshold"}},
                                   {"EXP", {"EXP", "Expected"}},
                                   {"UNE", {"UNE", "Unexpected"}},
                                   {"I", {"I", "Intermediate"}},
                                   {"IE", {"IE", "Insufficient evidence"}},
                                   {"IND", {"IND", "Indeterminate"}},
                                   {"MS", {"MS", "moderately susceptible"}},
                                   {"NCL", {"NCL", "No CLSI defined breakpoint"}},
                                   {"NEG", {"NEG", "Negative"}},
                                   {"POS", {"POS", "Positive"}},
                                   {"NR", {"NR", "Non-reactive"}},
                                   {"RR", {"RR", "Reactive"}},
                                   {"WR", {"WR", "Weakly reactive"}},
                                   {"NS", {"NS", "Non-susceptible"}},
                                   {"R", {"R", "Resistant"}},
                                   {"S", {"S", "Susceptible"}},
                                   {"SDD", {"SDD", "Susceptible-dose dependent"}},
                                   {"SYN-R", {"SYN-R", "Synergy - resistant"}},
                                   {"SYN-S", {"SYN-S", "Synergy - susceptible"}},
                                   {"VS", {"VS", "very susceptible"}}};
  return find(kTable, key);
}

// Rows the guide leaves open are filled by their meaning in table 0085.
std::optional<std::string_view> observation_status(std::string_view key) {
  static constexpr Pair kTable[] = {
      {"F", "final"},      {"P", "preliminary"},      {"C", "corrected"},   {"A", "amended"},
      {"B", "amended"},    {"D", "entered-in-error"}, {"I", "registered"},  {"N", "final"},
      {"O", "registered"}, {"R", "preliminary"},      {"S", "preliminary"}, {"U", "final"},
      {"V", "final"},      {"W", "entered-in-error"}, {"X", "cancelled"}};
  return find(kTable, key);
}

std::optional<std::string_view> report_status(std::string_view key) {
  static constexpr Pair kTable[] = {{"F", "final"},      {"P", "preliminary"}, {"C", "corrected"},
                                    {"A", "partial"},    {"R", "partial"},     {"M", "preliminary"},
                                    {"N", "registered"}, {"O", "registered"},  {"I", "registered"},
                                    {"S", "registered"}, {"X", "cancelled"}};
  return find(kTable, key);
}

std::optional<std::string_view> name_use(std::string_view key) {
  static constexpr Pair kTable[] = {{"L", "official"}, {"R", "official"}, {"D", "usual"},
                                    {"M", "maiden"},   {"N", "nickname"}, {"MSK", "anonymous"},
                                    {"TEMP", "temp"},  {"NAV", "temp"},   {"BAD", "old"}};
  return find(kTable, key);
}

std::optional<std::string_view> name_representation(std::string_view key) {
  static constexpr Pair kTable[] = {{"A", "ABC"}, {"I", "IDE"}, {"P", "SYL"}};
  return find(kTable, key);
}

std::optional<std::string_view> address_use(std::string_view key) {
  static constexpr Pair kTable[] = {{"H", "home"}, {"B", "work"}, {"O", "work"},
                                    {"C", "temp"}, {"BA", "old"}, {"BI", "billing"}};
  return find(kTable, key);
}

std::optional<std::string_view> address_type(std::string_view key) {
  static constexpr Pair kTable[] = {{"M", "postal"}, {"SH", "postal"}};
  return find(kTable, key);
}

std::optional<std::string_view> telecom_use(std::string_view key) {
  static constexpr Pair kTable[] = {{"PRN", "home"}, {"WPN", "work"}, {"PRS", "mobile"}};
  return find(kTable, key);
}

std::optional<std::string_view> telecom_system(std::string_view key) {
  static constexpr Pair kTable[] = {
      {"PH", "phone"},    {"CP", "phone"}, {"FX", "fax"},    {"BP", "pager"},  {"Internet", "email"},
      {"X.400", "email"}, {"MD", "other"}, {"SAT", "other"}, {"TDD", "other"}, {"TTY", "other"}};
  return find(kTable, key);
}

std::string coding_system(std::string_view name) {
  static constexpr Pair kTable[] = {{"LN", "http://loinc.org"},
                                    {"SCT", "http://snomed.info/sct"},
                                    {"SNM", "http://snomed.info/sct"},
                                    {"UCUM", "http://unitsofmeasure.org"},
                                    {"I10", "http://hl7.org/fhir/sid/icd-10"},
                                    {"ICD10", "http://hl7.org/fhir/sid/icd-10"},
                                    {"I10C", "http://hl7.org/fhir/sid/icd-10-cm"},
                                    {"I9", "http://hl7.org/fhir/sid/icd-9-cm"},
                                    {"I9C", "http://hl7.org/fhir/sid/icd-9-cm"},
                                    {"C4", "http://www.ama-assn.org/go/cpt"},
                                    {"NDC", "http://hl7.org/fhir/sid/ndc"},
                                    {"CVX", "http://hl7.org/fhir/sid/cvx"},
                                    {"RXNORM", "http://www.nlm.nih.gov/research/umls/rxnorm"},
                                    {"CDCREC", "urn:oid:2.16.840.1.113883.6.238"},
                                    {"DCM", "http://dicom.nema.org/resources/ontology/DCM"},
                                    {"ISO639", "urn:ietf:bcp:47"},
                                    {"MDC", "urn:iso:std:iso:11073:10101"}};
  if (name.empty()) return {};
  if (const auto known = find(kTable, name)) return std::string(*known);
  if (name.size() == 7 && name.starts_with("HL7") && name[3] == '0')
    return "http://terminology.hl7.org/CodeSystem/v2-" + std::string(name.substr(3));
  std::string out = "urn:xinglin:code-system:";
  for (const char c : name) {
    const bool plain =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    out += plain ? c : '_';
  }
  return out;
}

// LOINC codes of the FHIR vital signs profiles and what bedside monitors add to them.
bool is_vital_sign(std::string_view loinc) {
  static constexpr std::string_view kCodes[] = {
      "8867-4", "9279-1", "59408-5", "2708-6",  "8310-5",  "8331-1",  "8332-9",  "8328-7",
      "8480-6", "8462-4", "8478-0",  "85354-9", "8302-2",  "29463-7", "39156-5", "9843-4",
      "8287-5", "3151-8", "3150-6",  "19935-6", "67775-7", "80288-4", "9269-2",  "8889-8",
      "8893-0", "8357-6", "85353-1", "60985-9", "8328-7",  "8329-5"};
  return std::find(std::begin(kCodes), std::end(kCodes), loinc) != std::end(kCodes);
}

bool is_laboratory_section(std::string_view key) {
  static constexpr std::string_view kSections[] = {"LAB", "CH", "HM",  "MB", "BG",  "BLB",
                                                   "CG",  "CP", "CTH", "GE", "IMM", "MCB",
                                                   "MYC", "SP", "SR",  "TX", "URN", "VR"};
  return std::find(std::begin(kSections), std::end(kSections), key) != std::end(kSections);
}

bool is_imaging_section(std::string_view key) {
  static constexpr std::string_view kSections[] = {"RAD", "CT",  "NMR", "NMS", "RUS",
                                                   "RX",  "VUS", "OUS", "IMG", "CUS"};
  return std::find(std::begin(kSections), std::end(kSections), key) != std::end(kSections);
}

}  // namespace xinglin::hl7v2::tables
