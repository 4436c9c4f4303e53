#include "apps/resting-ecg/detail/strip.h"

#include <algorithm>
#include <cmath>

#include "apps/resting-ecg/analysis.h"
#include "apps/resting-ecg/detail/mains.h"
#include "apps/resting-ecg/detail/pacing.h"

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kRateMinHz = 80, kRateMaxHz = 4000, kWorkingRateHz = 500, kSecondsMin = 2;
constexpr double kMainsUv = 12;  // hum below this is left alone
constexpr size_t kLeadsMax = 24, kValuesMax = 48u << 20;

}  // namespace

Result<Strip> make_strip(const waveform::Group& group) {
  if (!(group.rate_hz >= kRateMinHz && group.rate_hz <= kRateMaxHz))
    return Error(kNotAnEcg, "the sampling rate is outside 80 to 4000 per second");
  if (static_cast<double>(group.samples()) < kSecondsMin * group.rate_hz)
    return Error(kNotAnEcg, "the recording is shorter than two seconds");
  if (group.samples() * group.channels.size() > kValuesMax)
    return Error(kNotAnEcg, "the recording is too long");
  Strip strip;
  Leads native;
  for (const waveform::Channel& channel : group.channels) {
    if (channel.unit != "uV" || channel.samples.size() != group.samples() ||
        strip.quality.size() >= kLeadsMax)
      continue;
    Samples samples = channel.samples;
    const size_t bad = replace_bad_samples(samples);
    strip.quality.push_back(judge_lead(channel.name, samples, group.rate_hz, bad));
    if (!strip.quality.back().usable()) continue;
    strip.quality_index.push_back(strip.quality.size() - 1);
    strip.names.push_back(channel.name);
    if (strip.quality.back().mains_uv > kMainsUv)
      take_out_mains(samples, group.rate_hz, strip.quality.back().mains_hz);
    native.push_back(std::move(samples));
  }
  if (strip.quality.empty()) return Error(kNotAnEcg, "no channel is a voltage");
  strip.pacing_spikes = bridge_pacing_spikes(native, group.rate_hz).size();
  const auto factor = std::max<size_t>(1, static_cast<size_t>(group.rate_hz / kWorkingRateHz));
  for (const Samples& lead : native) strip.leads.push_back(decimate(lead, factor));
  strip.rate_hz = group.rate_hz / static_cast<double>(factor);
  strip.first_sample_ms = static_cast<double>(factor - 1) / 2 * 1000 / group.rate_hz;
  return strip;
}

}  // namespace xinglin::resting_ecg::detail
