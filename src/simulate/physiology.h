// How a simulated patient does over time: vital signs around personal baselines with a day rhythm and slow
// noise, and, for some, a course of illness that gets worse, holds, and gets better again. A patient is asked
// at rising times. Values stay within what a living person can show. Units are those of the chart: /min, %,
// mmHg, Cel, L/min.
#pragma once

#include <cstdint>
#include <memory>

#include "base/random.h"
#include "base/time.h"

namespace xinglin::simulate {

enum class Course { Stable, Sepsis, Respiratory, Bleeding };
enum class Alertness { Alert, Confused, Voice };

struct Vitals {
  double heart_rate = 0, respiratory_rate = 0, spo2 = 0, systolic = 0, diastolic = 0, temperature = 0;
  double oxygen_flow = 0;  // 0 = room air
  Alertness alertness = Alertness::Alert;
};

struct Labs {
  double potassium = 0, sodium = 0, creatinine = 0, haemoglobin = 0, white_cells = 0, crp = 0, troponin = 0;
};

class Physiology {
public:
  struct Illness {
    Course course = Course::Stable;
    Instant onset;  // when it starts to get worse
    int64_t worsening_us = 5 * kHourUs;
    int64_t worst_us = 8 * kHourUs;
    int64_t recovery_us = 18 * kHourUs;
    double worst = 1;  // 0 to 1
  };
  Physiology(Random& random, int age_years, Illness illness);

  Vitals vitals(Instant now);
  Labs labs(Instant now);
  double severity(Instant now) const;  // 0 to 1
  const Illness& illness() const { return illness_; }

private:
  struct Baseline {
    double heart_rate, respiratory_rate, spo2, systolic, diastolic, temperature;
    double potassium, sodium, creatinine, haemoglobin, white_cells, crp, troponin;
  };
  // Noise that forgets half of itself in half an hour, so that neighbouring values resemble each other.
  struct Drift {
    double heart_rate = 0, respiratory_rate = 0, spo2 = 0, pressure = 0, temperature = 0;
  };
  void move_drift(Instant now);

  Random& random_;
  Illness illness_;
  Baseline base_{};
  Drift drift_;
  Instant moved_at_;
};

}  // namespace xinglin::simulate
