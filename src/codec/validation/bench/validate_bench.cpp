// Microseconds per resource: every resource of the Synthea bundles, one thread.
#include <chrono>
#include <iostream>
#include <map>

#include "codec/validation/tests/files.h"
#include "codec/validation/validator.h"

int main() {
  using namespace xinglin;
  using Steady = std::chrono::steady_clock;
  const SystemClock clock;
  const auto begin = Steady::now();
  const validation::Validator validator(clock);
  const auto micros = [](Steady::duration d) { return std::chrono::duration<double, std::micro>(d).count(); };
  std::cout << "made in " << micros(Steady::now() - begin) << " us\n";
  std::map<std::string, std::pair<double, size_t>> by_type;
  double total = 0;
  size_t count = 0, wrong = 0;
  for (const auto& entry : std::filesystem::directory_iterator(validation::synthea_folder())) {
    if (entry.path().extension() != ".gz" || entry.path().string().find('\'') != std::string::npos) continue;
    const auto bundle = json::parse(validation::unpacked(entry.path()));
    if (!bundle.ok()) continue;
    for (const json::value& item : bundle->at("entry").as_array()) {
      const json::value& resource = item.at("resource");
      const auto start = Steady::now();
      IssueSink issues;
      wrong += validator.validate(resource, issues) ? 0 : 1;
      const double us = micros(Steady::now() - start);
      auto& [sum, n] =
          by_type[std::string(json::find_string(resource.get_object(), "resourceType").value_or(""))];
      sum += us, ++n, total += us, ++count;
    }
  }
  for (const auto& [type, sum] : by_type)
    std::cout << type << ": " << sum.first / static_cast<double>(sum.second) << " us (" << sum.second
              << ")\n";
  std::cout << "all: " << total / static_cast<double>(std::max<size_t>(count, 1)) << " us per resource, "
            << count << " resources, " << wrong << " wrong\n";
}
