// LUDB as the evaluation uses it: twelve leads and, per beat, the cardiologists' marks of all leads.
#pragma once

#include <array>
#include <optional>

#include "apps/resting-ecg/eval/wfdb.h"

namespace xinglin::resting_ecg::eval {

// Onset, peak, offset of one wave in one lead, in samples.
struct WaveMark {
  int64_t on = 0, peak = 0, off = 0;
};

struct ManualBeat {
  std::vector<WaveMark> p, qrs, t;  // one per lead that has it
};

// Median over the leads of the marks of one wave; nullopt when fewer than half of `leads` have it.
std::optional<WaveMark> over_leads(const std::vector<WaveMark>& marks, size_t leads);

struct LudbRecord {
  int id = 0;
  waveform::Group signals;
  std::vector<ManualBeat> beats;  // in order of time; lone marks without QRS are left out
};

Result<LudbRecord> read_ludb(const std::filesystem::path& folder, int id);

}  // namespace xinglin::resting_ecg::eval
