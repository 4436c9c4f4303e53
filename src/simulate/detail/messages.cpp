#include "simulate/detail/messages.h"

#include <array>
#include <cmath>

namespace xinglin::simulate {

namespace {

class Builder {
public:
  Builder& segment(std::string_view text) {
    text_ += text;
    text_ += '\r';
    return *this;
  }
  std::string take() { return std::move(text_); }

private:
  std::string text_;
};

// A number as a person would write it: whole, or with one decimal.
std::string number(double value) {
  const auto tenths = static_cast<long long>(std::llround(value * 10));
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(std::abs(tenths % 10));
  return text;
}

std::string header(const MessageFrame& frame, std::string_view type) {
  return "MSH|^~\\&|XINGLIN-SIM|SIM-WARD|XINGLIN|XINGLIN|" + format_compact(frame.at) + "||" +
         std::string(type) + "|" + frame.control_id + "|P|2.5.1||||||UNICODE UTF-8";
}

// Table 0465: A alphabetic, I ideographic.
std::string names(const Person& p) {
  const std::string latin = p.family + "^" + p.given + "^^" + std::string(kNameSuffix) + "^^^L";
  if (p.family_zh.empty()) return latin;
  return p.family_zh + "^" + p.given_zh + "^^" + std::string(kNameSuffixZh) + "^^^L^I~" + latin + "^A";
}

std::string patient(const Person& p) {
  return "PID|1||" + p.mrn + "^^^" + std::string(kAuthority) + "^MR||" + names(p) + "||" + p.birth_date() +
         "|" + (p.sex == Sex::Female ? "F" : "M");
}

std::string location(const Place& place) {
  return place.ward + "^" + place.room + "^" + place.bed + "^SIM";
}

std::string visit(const Stay& stay) {
  std::string text = "PV1|1|I|" + location(stay.place) + "|||" +
                     (stay.earlier_place.ward.empty() ? "" : location(stay.earlier_place)) + "|||||||||||||" +
                     stay.visit_number + "^^^" + std::string(kAuthority) + "^VN";
  text += std::string(25, '|') + format_compact(stay.admitted);
  if (stay.discharged.us != 0) text += "|" + format_compact(stay.discharged);
  return text;
}

std::string note() {
  return "NTE|1|L|" + std::string(kNotice);
}

std::string request(const std::string& order, std::string_view service, Instant at,
                    std::string_view section) {
  return "OBR|1||" + order + "^XINGLIN-SIM|" + std::string(service) + "|||" + format_compact(at) +
         "|||||||||||||||" + format_compact(at) + "||" + std::string(section) + "|F";
}

struct Numeric {
  std::string_view code, unit, range;
  double low, high, panic_low, panic_high;
  double value;
};

std::string_view flag_of(const Numeric& n) {
  if (n.value < n.panic_low) return "LL";
  if (n.value > n.panic_high) return "HH";
  if (n.value < n.low) return "L";
  return n.value > n.high ? "H" : "N";
}

std::string numeric(int set_id, const Numeric& n, Instant at) {
  return "OBX|" + std::to_string(set_id) + "|NM|" + std::string(n.code) + "^LN||" + number(n.value) + "|" +
         std::string(n.unit) + "^^UCUM|" + std::string(n.range) + "|" + std::string(flag_of(n)) + "|||F|||" +
         format_compact(at);
}

std::string_view alertness_code(Alertness level) {
  switch (level) {
    case Alertness::Confused:
      return "130987000^Acute confusion^SCT";
    case Alertness::Voice:
      return "300202002^Responds to voice^SCT";
    case Alertness::Alert:
      break;
  }
  return "248234008^Mentally alert^SCT";
}

}  // namespace

std::string admission_message(const MessageFrame& frame, Admission kind, const Stay& stay) {
  static constexpr std::array<std::string_view, 4> kTypes{"ADT^A01^ADT_A01", "ADT^A02^ADT_A02",
                                                          "ADT^A03^ADT_A03", "ADT^A08^ADT_A01"};
  static constexpr std::array<std::string_view, 4> kTriggers{"A01", "A02", "A03", "A08"};
  const auto index = static_cast<size_t>(kind);
  Builder b;
  b.segment(header(frame, kTypes[index]))
      .segment("EVN|" + std::string(kTriggers[index]) + "|" + format_compact(frame.at) + "||||" +
               format_compact(frame.at))
      .segment(patient(stay.person))
      .segment(visit(stay))
      .segment("PV2|||^" + stay.reason + " " + std::string(kNameSuffix));
  return b.take();
}

std::string vitals_message(const MessageFrame& frame, const Stay& stay, const std::string& order,
                           const Vitals& v) {
  const std::array<Numeric, 7> values{
      {{"8867-4^Heart rate", "/min", "51-90", 51, 90, 41, 130, v.heart_rate},
       {"9279-1^Respiratory rate", "/min", "12-20", 12, 20, 9, 24, v.respiratory_rate},
       {"59408-5^Oxygen saturation by pulse oximetry", "%", "96-100", 96, 100, 92, 101, v.spo2},
       {"8480-6^Systolic blood pressure", "mm[Hg]", "111-219", 111, 219, 91, 219, v.systolic},
       {"8462-4^Diastolic blood pressure", "mm[Hg]", "60-90", 60, 90, 40, 120, v.diastolic},
       {"8310-5^Body temperature", "Cel", "36.1-38.0", 36.1, 38.0, 35.1, 39.0, v.temperature},
       {"3151-8^Inhaled oxygen flow rate", "L/min", "", 0, 0, 0, 10, v.oxygen_flow}}};
  Builder b;
  b.segment(header(frame, "ORU^R01^ORU_R01"))
      .segment(patient(stay.person))
      .segment(visit(stay))
      .segment(request(order, "85353-1^Vital signs panel^LN", frame.at, ""))
      .segment(note());
  int set_id = 0;
  for (const Numeric& value : values) b.segment(numeric(++set_id, value, frame.at));
  b.segment("OBX|" + std::to_string(++set_id) + "|CWE|80288-4^Level of consciousness^LN||" +
            std::string(alertness_code(v.alertness)) + "|||" + (v.alertness == Alertness::Alert ? "N" : "A") +
            "|||F|||" + format_compact(frame.at));
  return b.take();
}

std::string labs_message(const MessageFrame& frame, const Stay& stay, const std::string& order,
                         const Labs& labs) {
  const bool female = stay.person.sex == Sex::Female;
  const std::array<Numeric, 7> values{
      {{"2823-3^Potassium", "mmol/L", "3.5-5.1", 3.5, 5.1, 2.8, 6.2, labs.potassium},
       {"2951-2^Sodium", "mmol/L", "136-145", 136, 145, 120, 160, labs.sodium},
       {"14682-9^Creatinine", "umol/L", female ? "45-84" : "59-104", female ? 45.0 : 59.0,
        female ? 84.0 : 104.0, 0, 400, labs.creatinine},
       {"718-7^Hemoglobin", "g/dL", female ? "12.0-15.5" : "13.5-17.5", female ? 12.0 : 13.5,
        female ? 15.5 : 17.5, 7, 20, labs.haemoglobin},
       {"6690-2^Leukocytes", "10*9/L", "4.0-11.0", 4, 11, 1, 30, labs.white_cells},
       {"1988-5^C reactive protein", "mg/L", "0-5", 0, 5, 0, 300, labs.crp},
       {"89579-7^Troponin I cardiac, high sensitivity", "ng/L", "0-16", 0, 16, 0, 100, labs.troponin}}};
  Builder b;
  b.segment(header(frame, "ORU^R01^ORU_R01"))
      .segment(patient(stay.person))
      .segment(visit(stay))
      .segment(request(order, "BLOODS^Blood tests^99XLSIM", frame.at, "CH"))
      .segment(note());
  int set_id = 0;
  for (const Numeric& value : values) b.segment(numeric(++set_id, value, frame.at));
  return b.take();
}

std::string culture_message(const MessageFrame& frame, const Stay& stay, const std::string& order,
                            bool growth) {
  Builder b;
  b.segment(header(frame, "ORU^R01^ORU_R01"))
      .segment(patient(stay.person))
      .segment(visit(stay))
      .segment(request(order, "600-7^Bacteria identified in Blood by Culture^LN", frame.at, "MB"))
      .segment(note())
      .segment(
          "OBX|1|ST|600-7^Bacteria identified in Blood by Culture^LN||" +
          std::string(growth ? "Gram-negative rods seen in one of two bottles" : "No growth after 48 h") +
          "|||" + (growth ? "A" : "N") + "|||F|||" + format_compact(frame.at));
  return b.take();
}

}  // namespace xinglin::simulate
