// The waveform model: one multiplex group of equally sampled channels in physical units, and its reading from
// and writing to a DICOM waveform object (PS3.3 C.10.9, A.34.3/4). Pure values, no I/O.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace xinglin::waveform {

inline constexpr ErrorCode kNoWaveform{"waveform.none", ErrorKind::Invalid,
                                       "the object holds no waveform group"};
inline constexpr ErrorCode kBadWaveform{"waveform.bad", ErrorKind::Invalid,
                                        "the waveform attributes contradict each other"};

struct Channel {
  std::string name;         // "I", "II", "aVR", "V1": the standard lead name where the code is known
  std::string source_code;  // code value and scheme as written: "2:1", "MDC" / "5.6.3-9-1", "SCPECG"
  std::string source_scheme;
  std::string unit;            // UCUM: "uV", "mV"
  std::vector<float> samples;  // in microvolt when the unit is a voltage; NaN where missing
  double highpass_hz = 0, lowpass_hz = 0, notch_hz = 0;  // 0: not said
};

struct Group {
  std::string label;  // "RHYTHM", "MEDIAN BEAT"
  double rate_hz = 0;
  double offset_ms = 0;  // (0018,1068)
  std::vector<Channel> channels;
  size_t samples() const { return channels.empty() ? 0 : channels.front().samples.size(); }
};

struct Annotation {
  std::string code, scheme, meaning;  // concept name
  double value = 0;
  std::string unit;
  std::string text;
};

struct Recording {
  std::vector<Group> groups;
  std::vector<Annotation> annotations;  // what the device itself stored (global measurements)
};

}  // namespace xinglin::waveform
