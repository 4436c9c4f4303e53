// NEWS2 against in-hospital death on PhysioNet/CinC Challenge 2012 (Silva et al., Computing in Cardiology
// 2012; 48 h of 4,000 intensive care stays per set). Usage: early_warning_eval FOLDER OUTCOMES, where FOLDER
// holds <record>.txt files.
//
// Once per hour the score is taken from the last value of each parameter within 12 hours. The data has no
// ACVPU and little SpO2: Glasgow Coma Score 15 counts as alert and less as not alert, SaO2 stands for SpO2,
// FiO2 above 21 % or mechanical ventilation for oxygen, the invasive systolic pressure goes before the
// cuff's. Parameters that are missing add nothing, so what is ranked is the lower bound of the score; the
// share of complete sets is printed beside it.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/early-warning/eval/statistics.h"
#include "apps/early-warning/news2.h"

namespace xinglin::early_warning {
namespace {

constexpr int kHours = 48, kWindowMinutes = 12 * 60, kResamples = 2000;

struct Timed {
  int minute = 0;
  double value = 0;
};
using Stay = std::map<std::string, std::vector<Timed>, std::less<>>;

std::optional<double> number(std::string_view text) {
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return out;
}

std::vector<std::string_view> fields(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    const size_t comma = line.find(',');
    out.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return out;
    line.remove_prefix(comma + 1);
  }
}

Stay read_stay(const std::string& path) {
  Stay stay;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto f = fields(line);
    if (f.size() != 3 || f[0].size() < 5) continue;
    const auto hours = number(f[0].substr(0, 2)), minutes = number(f[0].substr(3, 2)), value = number(f[2]);
    if (!hours || !minutes || !value || *value < 0) continue;
    stay[std::string(f[1])].push_back({static_cast<int>(*hours * 60 + *minutes), *value});
  }
  return stay;
}

std::optional<double> last(const Stay& stay, std::string_view parameter, int minute) {
  const auto found = stay.find(parameter);
  if (found == stay.end()) return std::nullopt;
  std::optional<double> out;
  for (const Timed& t : found->second)
    if (t.minute <= minute && t.minute > minute - kWindowMinutes) out = t.value;
  return out;
}

Vitals vitals_at(const Stay& stay, int minute) {
  Vitals v;
  v.respiratory_rate = last(stay, "RespRate", minute);
  v.spo2 = last(stay, "SaO2", minute);
  v.systolic_pressure = last(stay, "SysABP", minute);
  if (!v.systolic_pressure || *v.systolic_pressure == 0) v.systolic_pressure = last(stay, "NISysABP", minute);
  v.pulse = last(stay, "HR", minute);
  v.temperature = last(stay, "Temp", minute);
  if (const auto gcs = last(stay, "GCS", minute))
    v.consciousness = *gcs >= 15 ? Consciousness::Alert : Consciousness::NewConfusion;
  const auto fraction = last(stay, "FiO2", minute), ventilated = last(stay, "MechVent", minute);
  if (fraction || ventilated)
    v.breathing =
        fraction.value_or(0) > 0.215 || ventilated.value_or(0) > 0 ? Breathing::Oxygen : Breathing::Air;
  return v;
}

struct Summaries {
  std::vector<Scored> mean_second_day, last_hour, worst;
  std::array<size_t, kParameters.size()> known{};
  size_t hours = 0, complete = 0, stays = 0, deaths = 0;
};

void add_stay(const Stay& stay, bool died, Summaries& out) {
  double sum = 0, worst = 0, final_score = 0;
  for (int hour = 1; hour <= kHours; ++hour) {
    const Score score = news2(vitals_at(stay, hour * 60));
    const double value = score.lower_bound();
    if (hour > 24) sum += value;
    worst = std::max(worst, value);
    final_score = value;
    ++out.hours;
    out.complete += score.complete() ? 1 : 0;
    for (size_t i = 0; i < score.parts.size(); ++i) out.known[i] += score.parts[i] ? 1 : 0;
  }
  out.mean_second_day.push_back({sum / 24, died});
  out.last_hour.push_back({final_score, died});
  out.worst.push_back({worst, died});
  ++out.stays;
  out.deaths += died ? 1 : 0;
}

void print_row(const char* name, const std::vector<Scored>& cases) {
  SeededRandom random(2012);
  const Interval95 ci = bootstrap_auroc(cases, kResamples, random);
  const auto three = [](double x) { return std::to_string(std::round(x * 1000) / 1000).substr(0, 5); };
  std::cout << name << ": AUROC " << three(auroc(cases)) << " (95 % CI " << three(ci.low) << " to "
            << three(ci.high) << ")\n";
}

int run(const std::string& folder, const std::string& outcomes) {
  std::ifstream file(outcomes);
  std::string line;
  std::getline(file, line);  // header
  Summaries all;
  while (std::getline(file, line)) {
    const auto f = fields(line);
    if (f.size() < 6) continue;
    const Stay stay = read_stay(folder + "/" + std::string(f[0]) + ".txt");
    if (stay.empty()) {
      std::cerr << "no data for record " << f[0] << "\n";
      return 1;
    }
    add_stay(stay, f[5].starts_with("1"), all);
  }
  if (all.stays == 0) {
    std::cerr << "no stays in " << outcomes << "\n";
    return 1;
  }
  const auto share = [&](size_t n) {
    return static_cast<int>(100 * static_cast<double>(n) / static_cast<double>(all.hours) + 0.5);
  };
  std::cout << all.stays << " stays, " << all.deaths << " deaths in hospital; complete sets in "
            << share(all.complete) << " % of hours; known:";
  for (const Parameter p : kParameters)
    std::cout << " " << to_string(p) << " " << share(all.known[static_cast<size_t>(p)]) << " %";
  std::cout << "\n";
  print_row("mean of hours 25 to 48", all.mean_second_day);
  print_row("last (hour 48)", all.last_hour);
  print_row("worst of 48 hours", all.worst);
  return 0;
}

}  // namespace
}  // namespace xinglin::early_warning

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: early_warning_eval FOLDER OUTCOMES\n";
    return 2;
  }
  return xinglin::early_warning::run(argv[1], argv[2]);
}
