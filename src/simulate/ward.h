// The simulated ward: a seeded, pure generator of what a hospital would send about its patients: admissions,
// transfers, updates, discharges, vital signs, laboratory results and ECGs, in the order of time, without
// end. The same options give the same bytes. Everything it makes is marked synthetic. Up to `start` simulated
// time is real time (the history); from then on it passes `speed` times as fast and is written with the real
// time at which it is due. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"

namespace xinglin::simulate {

inline constexpr int kBedsMax = 500;
inline constexpr int64_t kBackFillMaxUs = 90 * kDayUs;

// What is out of bounds is brought to the nearest bound; a speed that is not positive means 1.
struct WardOptions {
  uint64_t seed = 20;
  int beds = 12;
  Instant start;             // when live sending begins
  int64_t back_fill_us = 0;  // history before it
  double speed = 1;          // above 0
};

enum class EventKind { Admission, Transfer, Update, Discharge, Vitals, Labs, Culture, Ecg };

struct Event {
  EventKind kind = EventKind::Vitals;
  Instant due;  // also the time written in it
  std::string mrn;
  std::string message;        // HL7 v2, UTF-8; empty for an ECG
  std::vector<uint8_t> file;  // DICOM PS3.10; empty for a message
};

class Ward {
public:
  explicit Ward(const WardOptions& options);
  ~Ward();
  Event next();
  const WardOptions& options() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::simulate
