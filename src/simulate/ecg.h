// A synthetic 12-lead ECG: each wave of a beat is a Gaussian in time whose height is a vector of the heart's
// dipole (x left, y down, z to the front), seen by each lead along its own direction, with breathing, mains
// and muscle noise. In the manner of McSharry et al. 2003 (doi:10.1109/TBME.2003.808805), with the dipole in
// place of the single lead. It is realistic enough to be measured, and made of no one's heart. 500 Hz, 10 s,
// microvolt.
#pragma once

#include "base/random.h"
#include "codec/waveform/waveform.h"

namespace xinglin::simulate {

enum class Rhythm { Sinus, AtrialFibrillation };

struct EcgState {
  double heart_rate = 75, respiratory_rate = 15;
  Rhythm rhythm = Rhythm::Sinus;
  double pr_ms = 160;   // start of P to start of QRS
  double qtc_ms = 410;  // Fridericia
  double noise_uv = 8;  // standard deviation of muscle noise
};

inline constexpr double kEcgRateHz = 500;
inline constexpr size_t kEcgSamples = 5000;

waveform::Recording make_ecg(const EcgState& state, Random& random);

}  // namespace xinglin::simulate
