// Beat (QRS) detection on one or several simultaneous ECG leads, 80 to 4000 samples/s, offline: the whole
// strip is known, so no beat is lost to a learning phase at either end. Pure function, deterministic, safe
// from any thread.
//
// Method (own). Per lead a complex Gabor filter (11 Hz, 30 ms) gives the energy of QRS-like deflections;
// leads are scaled by their local beat height and weighted by the square of their local signal-to-noise
// ratio, so a bad lead yields to a good one second by second. Peaks of the combined envelope are candidates;
// a dynamic programme over all of them picks the most plausible sequence: height against the local level,
// refractory time, T-wave likeness (low frequency content soon after a beat), and gaps longer than the local
// rhythm. Ideas behind it: adaptive thresholds and search-back of Pan and Tompkins (IEEE TBME 32:230, 1985),
// here solved for the strip as a whole.
#pragma once

#include <span>
#include <vector>

namespace xinglin::resting_ecg {

struct Beat {
  size_t sample = 0;  // of the largest deflection (all leads together), at the rate of the input
  float level = 0;    // height against the local beat height: about 1 for ordinary beats
  float clarity = 0;  // height against the surroundings: about 3 in noise, above 8 in a clean strip
};

// `leads`: equally long, microvolt, no NaN. Empty when nothing QRS-like is there. Beats are in order of time.
std::vector<Beat> detect_beats(std::span<const std::vector<float>> leads, double rate_hz);

}  // namespace xinglin::resting_ecg
