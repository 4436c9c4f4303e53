#include "apps/resting-ecg/resting_ecg.h"

#include <algorithm>
#include <array>

#include "apps/resting-ecg/analysis.h"
#include "apps/resting-ecg/evidence.h"
#include "apps/resting-ecg/findings.h"
#include "apps/resting-ecg/manifest.h"
#include "apps/resting-ecg/wording.h"

namespace xinglin::resting_ecg {

namespace {

using inference::Case;
using inference::Findings;
using inference::RunContext;

constexpr int kAdultYears = 18;
constexpr double kSecondsMin = 5;  // fewer beats than a resting ECG is read from
constexpr std::array kLeadNames = {"I",  "II", "III", "aVR", "aVL", "aVF", "V1",  "V2",  "V3", "V4",
                                   "V5", "V6", "V7",  "V8",  "V9",  "V3R", "V4R", "V5R", "V6R"};

bool is_ecg_lead(const waveform::Channel& channel) {
  return channel.unit == "uV" &&
         std::find(kLeadNames.begin(), kLeadNames.end(), channel.name) != kLeadNames.end();
}

// The rhythm strip: the longest group with an ECG lead that the device did not call a median beat, its leads
// only.
Result<waveform::Group> rhythm_strip(const waveform::Recording& recording) {
  const waveform::Group* best = nullptr;
  for (const waveform::Group& group : recording.groups) {
    if (group.rate_hz <= 0 || group.label.find("MEDIAN") != std::string::npos) continue;
    if (std::none_of(group.channels.begin(), group.channels.end(), is_ecg_lead)) continue;
    const auto seconds = [](const waveform::Group& g) {
      return static_cast<double>(g.samples()) / g.rate_hz;
    };
    if (best == nullptr || seconds(group) > seconds(*best)) best = &group;
  }
  if (best == nullptr)
    return Error(inference::kUnsuitable, "the object holds no rhythm strip with a known ECG lead");
  if (static_cast<double>(best->samples()) < kSecondsMin * best->rate_hz)
    return Error(inference::kUnsuitable, "the rhythm strip is shorter than five seconds");
  waveform::Group strip;
  strip.label = best->label;
  strip.rate_hz = best->rate_hz;
  std::copy_if(best->channels.begin(), best->channels.end(), std::back_inserter(strip.channels), is_ecg_lead);
  return strip;
}

// nullopt when the birth date is unknown; a bare year counts from its end, so that no child passes for an
// adult.
std::optional<bool> is_adult(const Case& input) {
  const auto birth = json::find_string(input.patient_facts, "birthDate");
  const auto span = birth ? parse_fhir_time(*birth) : std::nullopt;
  if (!span) return std::nullopt;
  const CivilTime born = to_civil(Instant{span->last.us - 1}), now = to_civil(input.now);
  int years = now.year - born.year;
  if (std::pair(now.month, now.day) < std::pair(born.month, born.day)) --years;
  return years >= kAdultYears;
}

Sex sex_of(const Case& input) {
  const auto gender = json::find_string(input.patient_facts, "gender").value_or("");
  return gender == "female" ? Sex::Female : gender == "male" ? Sex::Male : Sex::Unknown;
}

std::string sop_of(const Case& input) {
  constexpr std::string_view kPrefix = "sop:";
  for (const inference::InputRef& ref : input.inputs)
    if (ref.reference.starts_with(kPrefix)) return ref.reference.substr(kPrefix.size());
  return {};
}

class RestingEcg final : public inference::Application {
public:
  Result<Findings> run(const Case& input, RunContext& context) const override {
    if (!input.waveform) return Error(inference::kUnsuitable, "there is no waveform");
    const std::optional<bool> adult = is_adult(input);
    if (adult && !*adult)
      return Error(inference::kUnsuitable,
                   "the measurements are made for adults; this patient is younger than 18");
    XL_TRY(const waveform::Group strip, rhythm_strip(*input.waveform));
    if (context.should_stop()) return Error(errors::kCancelled);
    auto analysis = analyse(strip);
    if (!analysis.ok()) return Error(inference::kUnsuitable, analysis.error().message());
    if (context.should_stop()) return Error(errors::kCancelled);
    Findings findings;
    findings.items = findings_of(*analysis, sex_of(input), {});
    findings.flag = whole_flag(*analysis, findings.items);
    findings.summary_en = summary_en(*analysis);
    findings.summary_zh = summary_zh(*analysis);
    if (!adult) {
      findings.summary_en += " The age is not known; reference limits are for adults.";
      findings.summary_zh += "年龄未知；参考范围适用于成人。";
    }
    findings.evidence = evidence_of(*analysis, sop_of(input), strip.label);
    return findings;
  }
};

std::unique_ptr<inference::Application> make() {
  return std::make_unique<RestingEcg>();
}

}  // namespace

inference::NativeApplication native_application() {
  return {manifest_toml(), &make};
}

}  // namespace xinglin::resting_ecg
