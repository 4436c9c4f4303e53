// Readers for the few WFDB forms the evaluation needs: headers, signal formats 16 and 212, MIT annotation
// files. Development tool only: reads trusted files, but still refuses what does not fit. Forms: WFDB
// Applications Guide, signal(5), header(5), annot(5).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/waveform/waveform.h"

namespace xinglin::resting_ecg::eval {

inline constexpr ErrorCode kBadRecord{"eval.wfdb", ErrorKind::Invalid, "a WFDB file could not be read"};

struct Mark {
  int64_t sample = 0;
  int code = 0;  // WFDB annotation code: 1 normal beat ... 24 P, 27 T, 39 "(", 40 ")"
  int subtype = 0;
  int number = 0;
  std::string text;
};

// `record` is the path without extension; samples become microvolt.
Result<waveform::Group> read_signals(const std::filesystem::path& record);
Result<std::vector<Mark>> read_marks(const std::filesystem::path& file);
bool is_beat(int code);

}  // namespace xinglin::resting_ecg::eval
