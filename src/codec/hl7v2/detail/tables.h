// Code tables of the v2-to-FHIR maps (HL7 tables 0001, 0002, 0004, 0078, 0085, 0123, 0190, 0200, 0201, 0202),
// coding system names of table 0396, and units. Lookups are linear: the tables are short.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xinglin::hl7v2::tables {

struct Coded {
  std::string_view code, display;
  std::string_view system = {};
};
using Found = std::optional<Coded>;

Found gender(std::string_view pid8);
Found marital_status(std::string_view pid16);
Found encounter_class(std::string_view pv1_2);
std::string_view encounter_status_of_class(std::string_view pv1_2);
Found interpretation(std::string_view obx8);
std::optional<std::string_view> observation_status(std::string_view obx11);
std::optional<std::string_view> report_status(std::string_view obr25);
std::optional<std::string_view> name_use(std::string_view xpn7);
std::optional<std::string_view> name_representation(std::string_view xpn8);
std::optional<std::string_view> address_use(std::string_view xad7);
std::optional<std::string_view> address_type(std::string_view xad7);
std::optional<std::string_view> telecom_use(std::string_view xtn2);
std::optional<std::string_view> telecom_system(std::string_view xtn3);

// URI of a coding system named as in CWE.3; "" for none, "urn:xinglin:code-system:<name>" for one not known
// here.
std::string coding_system(std::string_view name);
// The UCUM code of a unit as laboratories and monitors write it; none when it is not in the table.
std::optional<std::string_view> ucum(std::string_view unit);
bool is_vital_sign(std::string_view loinc);
bool is_laboratory_section(std::string_view obr24);
bool is_imaging_section(std::string_view obr24);

inline constexpr std::string_view kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
inline constexpr std::string_view kLoinc = "http://loinc.org";
inline constexpr std::string_view kUcum = "http://unitsofmeasure.org";
inline constexpr std::string_view kInterpretation =
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
inline constexpr std::string_view kParticipation =
    "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
inline constexpr std::string_view kIdentifierType = "http://terminology.hl7.org/CodeSystem/v2-0203";
inline constexpr std::string_view kLocationType =
    "http://terminology.hl7.org/CodeSystem/location-physical-type";
inline constexpr std::string_view kAbsentReason = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
inline constexpr std::string_view kObservationCategory =
    "http://terminology.hl7.org/CodeSystem/observation-category";

}  // namespace xinglin::hl7v2::tables
