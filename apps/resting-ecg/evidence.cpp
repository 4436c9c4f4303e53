#include "apps/resting-ecg/evidence.h"

#include <cmath>

namespace xinglin::resting_ecg {

namespace {

constexpr size_t kBeatsMax = 500;  // of a long recording; the viewer shows the first minutes

double tenths(double value) {
  return std::round(value * 10) / 10;
}

void put(json::object& to, std::string_view key, const std::optional<double>& value) {
  if (value) to[key] = tenths(*value);
}

json::object beat_json(const BeatMarks& beat) {
  json::object out;
  out["r_ms"] = tenths(beat.r_ms);
  out["kind"] = !beat.certain ? "uncertain" : beat.usual_shape ? "usual" : "other";
  put(out, "p_on_ms", beat.p_on_ms);
  put(out, "p_off_ms", beat.p_off_ms);
  put(out, "qrs_on_ms", beat.qrs_on_ms);
  put(out, "qrs_off_ms", beat.qrs_off_ms);
  put(out, "t_off_ms", beat.t_off_ms);
  return out;
}

json::object median_json(const RepresentativeBeat& median) {
  json::object out, leads;
  for (size_t l = 0; l < median.leads.size(); ++l) {
    json::array samples;
    for (const float value : median.leads[l]) samples.emplace_back(static_cast<int64_t>(std::lround(value)));
    leads[median.names[l]] = std::move(samples);
  }
  out["rate_hz"] = median.rate_hz;
  out["members"] = median.members;
  out["leads"] = std::move(leads);
  put(out, "p_on_ms", median.p_on_ms);
  put(out, "p_off_ms", median.p_off_ms);
  put(out, "qrs_on_ms", median.qrs_on_ms);
  put(out, "qrs_off_ms", median.qrs_off_ms);
  put(out, "t_peak_ms", median.t_peak_ms);
  put(out, "t_off_ms", median.t_off_ms);
  return out;
}

json::array amplitudes_json(const std::vector<LeadAmplitudes>& amplitudes) {
  json::array out;
  for (const LeadAmplitudes& lead : amplitudes)
    out.push_back(json::object{{"lead", lead.lead},
                               {"r_uv", std::lround(lead.r_uv)},
                               {"s_uv", std::lround(lead.s_uv)},
                               {"j_uv", std::lround(lead.j_uv)},
                               {"t_uv", std::lround(lead.t_uv)}});
  return out;
}

json::array quality_json(const std::vector<LeadQuality>& leads) {
  json::array out;
  for (const LeadQuality& lead : leads) {
    json::array reasons;
    for (const Defect defect : lead.defects) reasons.emplace_back(std::string(describe(defect)));
    out.push_back(json::object{{"lead", lead.lead},
                               {"index", std::round(lead.index * 100) / 100},
                               {"word", std::string(lead.word())},
                               {"reasons", std::move(reasons)},
                               {"snr_db", tenths(lead.snr_db)}});
  }
  return out;
}

}  // namespace

json::object evidence_of(const Analysis& analysis, const std::string& sop, const std::string& group_label) {
  json::object ecg;
  if (!sop.empty()) ecg["sop"] = sop;
  ecg["group"] = group_label;
  ecg["rate_hz"] = analysis.rate_hz;
  ecg["duration_s"] = analysis.duration_s;
  ecg["pacing_spikes"] = analysis.pacing_spikes;
  json::array beats;
  for (size_t i = 0; i < std::min(analysis.beats.size(), kBeatsMax); ++i)
    beats.push_back(beat_json(analysis.beats[i]));
  ecg["beats"] = std::move(beats);
  if (!analysis.median.leads.empty()) ecg["median"] = median_json(analysis.median);
  ecg["amplitudes"] = amplitudes_json(analysis.amplitudes);
  ecg["quality"] = quality_json(analysis.quality);
  json::array missing;
  for (const std::string& lead : analysis.missing_leads) missing.emplace_back(lead);
  ecg["missing_leads"] = std::move(missing);
  return json::object{{"ecg", std::move(ecg)}};
}

}  // namespace xinglin::resting_ecg
