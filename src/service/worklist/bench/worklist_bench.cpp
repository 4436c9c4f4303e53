// Time of the pages with a full house: 200 patients in 10 wards, each with 96 vital signs and up to 24
// results.
#include <algorithm>
#include <iostream>

#include "service/worklist/tests/house.h"

namespace xinglin {
namespace {

double ms(int64_t us) {
  return static_cast<double>(us) / 1000;
}

template <class F>
void measure(const char* name, F call) {
  const SystemClock clock;
  std::vector<int64_t> times_us;
  for (int i = 0; i < 50; ++i) {
    const int64_t start = clock.monotonic_us();
    const Result<json::object> document = call();
    times_us.push_back(clock.monotonic_us() - start);
    if (!document) std::cout << name << " failed: " << document.error().message() << "\n";
  }
  const int64_t first = times_us.front();
  std::sort(times_us.begin(), times_us.end());
  std::cout << name << ": first " << ms(first) << " ms, median " << ms(times_us[times_us.size() / 2])
            << " ms, slowest " << ms(times_us.back()) << " ms\n";
}

int run() {
  worklist::House house;
  std::vector<std::string> patients;
  for (int i = 0; i < 200; ++i)
    patients.push_back(house.admit("Family" + std::to_string(i), "Given", "王小明", "M" + std::to_string(i),
                                   "W" + std::to_string(i % 10), std::to_string(i)));
  house.journal->start();
  for (int hour = 0; hour < 24; ++hour) {
    for (const std::string& patient : patients) {
      house.vital(patient, "8867-4", 60 + (hour * 7 + static_cast<int>(patient[0])) % 80, "/min");
      for (const char* code : {"9279-1", "59408-5", "8310-5"}) house.vital(patient, code, 37, "1");
    }
    house.settle();
    house.clock.advance(kHourUs / 2);
  }
  const trust::Access clinician = house.as(trust::Role::Clinician);
  worklist::Worklist& pages = *house.worklist;
  const PatientId patient(patients.front());
  measure("worklist, 50 of 200", [&] { return pages.list(clinician, {}); });
  measure("worklist, one ward", [&] { return pages.list(clinician, {.ward = "W3"}); });
  measure("worklist, by name", [&] { return pages.list(clinician, {.text = "family1"}); });
  measure("patients, 200 by NEWS2", [&] { return pages.patients(clinician, {.limit = 200}); });
  measure("wards", [&] { return pages.wards(clinician); });
  measure("banner", [&] { return pages.patient(clinician, patient); });
  measure("vitals, 24 h", [&] { return pages.vitals(clinician, patient, 24); });
  measure("NEWS2, 72 h", [&] { return pages.news2(clinician, patient, 72); });
  measure("timeline", [&] { return pages.timeline(clinician, patient, 100); });
  return 0;
}

}  // namespace
}  // namespace xinglin

int main() {
  return xinglin::run();
}
