// Speed of the resting ECG analysis on one core, as a multiple of real time: 12 leads, 10 s, at 500 Hz and at
// 1 kHz, noisy synthetic strips. "analysis" takes samples in microvolt to all measurements (quality, beats,
// representative beat, intervals, axes); "application" adds findings, summaries and the evidence JSON; "from
// DICOM" adds reading the file's bytes. Processor time of one thread. Nothing is cached between rounds; a
// different strip each time.
#include <ctime>
#include <iomanip>
#include <iostream>
#include <vector>

#include "apps/resting-ecg/analysis.h"
#include "apps/resting-ecg/resting_ecg.h"
#include "apps/resting-ecg/tests/synthetic_ecg.h"
#include "codec/waveform/dicom_waveform.h"

namespace {

namespace dicom = xinglin::dicom;
namespace inference = xinglin::inference;
namespace resting_ecg = xinglin::resting_ecg;
namespace waveform = xinglin::waveform;
using xinglin::SystemClock;
using xinglin::TransferSyntaxUid;

constexpr double kSecondsPerStrip = 10;
constexpr size_t kStrips = 8;
constexpr double kMeasureS = 2;  // of processor time: other programs on the machine do not count

template <class Function>
double times_real_time(Function&& analyse_strip) {
  analyse_strip(0);
  const std::clock_t start = std::clock();
  size_t rounds = 0;
  double elapsed = 0;
  while (elapsed < kMeasureS) {
    analyse_strip(rounds++ % kStrips);
    elapsed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  return static_cast<double>(rounds) * kSecondsPerStrip / elapsed;
}

void print(std::string_view what, double rate_hz, double factor) {
  std::cout << std::left << std::setw(14) << what << std::right << std::setw(6) << rate_hz << " Hz  "
            << std::fixed << std::setprecision(0) << std::setw(8) << factor << " x real time  "
            << std::setprecision(2) << kSecondsPerStrip * 1000 / factor << " ms per strip\n";
}

bool measure(double rate_hz) {
  std::vector<inference::Case> cases;
  std::vector<std::vector<uint8_t>> files;
  for (size_t i = 0; i < kStrips; ++i) {
    resting_ecg::testing::SyntheticEcg spec;
    spec.rate_hz = rate_hz;
    spec.rr_s = 0.7 + 0.05 * static_cast<double>(i);
    spec.noise_uv = 15;
    spec.seed = static_cast<uint32_t>(i + 1);
    inference::Case& input = cases.emplace_back();
    input.waveform.emplace().groups.push_back(resting_ecg::testing::make_ecg(spec));
    dicom::DataSet data_set;
    waveform::add_ecg(data_set, *input.waveform);
    files.push_back(dicom::write_data_set(data_set));
  }
  bool good = true;
  print("analysis", rate_hz, times_real_time([&](size_t i) {
          const auto analysis = resting_ecg::analyse(cases[i].waveform->groups[0]);
          good = good && analysis.ok() && analysis->qt_ms.known();
        }));
  const auto application = resting_ecg::native_application().make();
  const SystemClock clock;
  const auto run = [&](const inference::Case& input) {
    inference::RunContext context(clock, clock.monotonic_us() + 10'000'000);
    good = good && application->run(input, context).ok();
  };
  print("application", rate_hz, times_real_time([&](size_t i) { run(cases[i]); }));
  print("from DICOM", rate_hz, times_real_time([&](size_t i) {
          auto parsed = dicom::parse_data_set(files[i], TransferSyntaxUid("1.2.840.10008.1.2.1"));
          inference::Case input;
          input.waveform = std::move(*waveform::from_data_set(*parsed));
          run(input);
        }));
  return good;
}

}  // namespace

int main() {
  std::cout << "12 leads, 10 s, one thread; target: 2000 x real time\n";
  const bool good = measure(500) && measure(1000);
  if (!good) std::cout << "an analysis failed: the figures mean nothing\n";
  return good ? 0 : 1;
}
