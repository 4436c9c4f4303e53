// The HL7 v2.5.1 messages of the simulated ward, as UTF-8 text with CR between segments. Each names the
// sending application XINGLIN-SIM, the authority SIMULATED and carries a note that it is synthetic.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "simulate/person.h"
#include "simulate/physiology.h"

namespace xinglin::simulate {

struct Place {
  std::string ward, room, bed;
};

struct Stay {
  Person person;
  std::string visit_number;
  Place place, earlier_place;    // the earlier one only in a transfer
  Instant admitted, discharged;  // as written into messages; discharged only in A03
  std::string reason;
};

struct MessageFrame {
  std::string control_id;
  Instant at;
};

enum class Admission { Admit, Transfer, Discharge, Update };  // A01, A02, A03, A08

std::string admission_message(const MessageFrame& frame, Admission kind, const Stay& stay);
std::string vitals_message(const MessageFrame& frame, const Stay& stay, const std::string& order,
                           const Vitals& vitals);
std::string labs_message(const MessageFrame& frame, const Stay& stay, const std::string& order,
                         const Labs& labs);
// A report in words, such as a blood culture.
std::string culture_message(const MessageFrame& frame, const Stay& stay, const std::string& order,
                            bool growth);

}  // namespace xinglin::simulate
