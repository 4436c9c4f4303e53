// A simulated ECG as a DICOM 12-Lead ECG object (PS3.3 A.34.3) in PS3.10 form, marked synthetic in name and
// comments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "simulate/ecg.h"
#include "simulate/person.h"

namespace xinglin::simulate {

inline constexpr std::string_view kTwelveLeadEcg = "1.2.840.10008.5.1.4.1.1.9.1.1";

std::vector<uint8_t> make_ecg_file(const Person& person, const EcgState& state, Instant at,
                                   const std::string& accession_number, Random& random);

}  // namespace xinglin::simulate
