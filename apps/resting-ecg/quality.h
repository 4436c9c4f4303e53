// Signal quality per lead: what is wrong with it, an index from 0 (unusable) to 1 (clean), and a word for
// people. Two looks: at the raw signal before any beat is known, and at the spread of the beats around their
// median afterwards. Pure functions on microvolt samples. The limits are this application's own, in one table
// in quality.cpp.
#pragma once

#include <string>
#include <vector>

namespace xinglin::resting_ecg {

enum class Defect {
  Missing,
  Flat,
  Gaps,
  Saturated,
  BaselineWander,
  MainsNoise,
  MuscleNoise,
  LowSignalToNoise
};

std::string_view describe(Defect defect);

struct LeadQuality {
  std::string lead;
  double index = 0;
  std::vector<Defect> defects;  // worst first
  double noise_uv = 0;          // root mean square above about 40 Hz, outside the QRS
  double mains_uv = 0;          // amplitude at 50 or 60 Hz, the larger; `mains_hz` says which
  double mains_hz = 0;
  double wander_uv = 0;  // peak to peak below about 0.5 Hz
  double snr_db = 0;     // beat against the spread of the beats; 0 until beats are known
  bool usable() const { return index > 0; }
  std::string_view word() const;  // good, fair, poor, unusable
};

// `bad_samples`: how many of them were missing and have been filled in.
LeadQuality judge_lead(std::string lead, const std::vector<float>& samples, double rate_hz,
                       size_t bad_samples);
// A lead that is not in the recording.
LeadQuality missing_lead(std::string lead);
// Takes the signal-to-noise ratio of the beats into account.
void add_snr(LeadQuality& quality, double snr_db);

}  // namespace xinglin::resting_ecg
