// Prints the development scores of the resting ECG analysis: evaluate LUDB_FOLDER MITDB_FOLDER
#include <iomanip>
#include <iostream>

#include "apps/resting-ecg/eval/scores.h"

namespace {

using xinglin::resting_ecg::eval::Counts;
using xinglin::resting_ecg::eval::Estimate;
using xinglin::resting_ecg::eval::score_ludb;
using xinglin::resting_ecg::eval::score_mitdb;
using xinglin::resting_ecg::eval::Spread;

void print(std::string_view name, const Estimate& estimate, std::string_view unit) {
  std::cout << "  " << std::left << std::setw(26) << name << std::right << std::fixed << std::setprecision(2)
            << std::setw(8) << estimate.value << unit << "  [" << estimate.low << ", " << estimate.high
            << "]\n";
}

void print_counts(std::string_view title, const std::vector<Counts>& records) {
  long matched = 0, missed = 0, extra = 0;
  for (const Counts& record : records) {
    matched += record.matched;
    missed += record.missed;
    extra += record.extra;
  }
  std::cout << title << ": " << records.size() << " records, " << matched + missed << " beats, " << missed
            << " missed, " << extra << " extra\n";
  print("QRS sensitivity", sensitivity(records), " %");
  print("QRS positive predictivity", positive_predictivity(records), " %");
}

void print_spread(std::string_view name, const std::vector<double>& values) {
  const Spread s = xinglin::resting_ecg::eval::spread(values);
  std::cout << "  " << std::left << std::setw(14) << name << std::right << std::setw(4) << s.n << std::fixed
            << std::setprecision(1) << "   mean " << std::setw(6) << s.mean.value << " [" << s.mean.low
            << ", " << s.mean.high << "]   SD " << std::setw(5) << s.sd.value << " [" << s.sd.low << ", "
            << s.sd.high << "]\n";
}

int print_ludb(const std::filesystem::path& folder) {
  const auto ludb = score_ludb(folder);
  if (!ludb.ok()) {
    std::cerr << ludb.error().message() << "\n";
    return 1;
  }
  print_counts("LUDB, 12 leads, inside 2-8 s", ludb->qrs);
  std::cout << "Differences to the median of the cardiologists' marks, ms, one value per record (n, 95 % "
               "intervals)\n";
  print_spread("P onset", ludb->p_on);
  print_spread("P end", ludb->p_off);
  print_spread("QRS onset", ludb->qrs_on);
  print_spread("QRS end", ludb->qrs_off);
  print_spread("T end", ludb->t_off);
  print_spread("P duration", ludb->p_duration);
  print_spread("PR", ludb->pr);
  print_spread("QRS duration", ludb->qrs_duration);
  print_spread("QT", ludb->qt);
  std::cout << "P waves marked in most beats: said present " << ludb->p_present_right << ", absent "
            << ludb->p_present_missed << ", cannot tell " << ludb->p_present_open << "\n"
            << "P waves not marked: said absent " << ludb->p_absent_right << ", present "
            << ludb->p_absent_wrong << ", cannot tell " << ludb->p_absent_open << "\n";
  return 0;
}

int print_mitdb(const std::filesystem::path& folder) {
  const auto mitdb = score_mitdb(folder);
  if (!mitdb.ok()) {
    std::cerr << mitdb.error().message() << "\n";
    return 1;
  }
  print_counts("MIT-BIH, 2 leads, whole records", *mitdb);
  for (const Counts& record : *mitdb)
    std::cout << "  " << record.record << "  beats " << std::setw(5) << record.matched + record.missed
              << "  missed " << std::setw(3) << record.missed << "  extra " << std::setw(3) << record.extra
              << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: resting_ecg_evaluate LUDB_DATA_FOLDER MITDB_FOLDER\n";
    return 2;
  }
  return print_ludb(argv[1]) + print_mitdb(argv[2]);
}
