#include "main/import_report.h"

namespace xinglin::main {
namespace {

std::string_view to_string(ImportReport::Outcome outcome) {
  switch (outcome) {
    case ImportReport::Outcome::Imported:
      return "imported";
    case ImportReport::Outcome::Known:
      return "known";
    case ImportReport::Outcome::Refused:
      return "refused";
    case ImportReport::Outcome::Failed:
      return "failed";
  }
  return "failed";
}

}  // namespace

Result<ImportReport> ImportReport::open(const std::string& path) {
  ImportReport report;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const auto row = json::parse(line);
    if (!row || !row->is_object()) continue;  // a line cut by a crash: that file is imported again
    const auto& o = row->get_object();
    const auto outcome = json::find_string(o, "outcome");
    if (outcome == "failed") continue;
    std::string key = std::string(json::find_string(o, "sha256").value_or("")) + ' ' +
                      std::string(json::find_string(o, "path").value_or(""));
    const auto count = [&](const char* name) {
      return static_cast<int64_t>(json::find_number(o, name).value_or(0));
    };
    if (outcome == "partial")
      report.positions_[key] = {count("lines"), count("stored"), count("known"), count("refused")};
    else
      report.done_.insert(std::move(key));
  }
  report.out_.open(path, std::ios::app);
  if (!report.out_) return Error(errors::kIo, "the report " + path + " cannot be written");
  return report;
}

bool ImportReport::has(const std::string& file_path, const std::string& digest) const {
  return done_.contains(digest + ' ' + file_path);
}

Result<void> ImportReport::add(const std::string& file_path, const std::string& digest, Outcome outcome,
                               const std::string& reason) {
  json::object row{{"path", file_path}, {"sha256", digest}, {"outcome", to_string(outcome)}};
  if (!reason.empty()) row["reason"] = reason;
  return append(row);
}

ImportReport::Position ImportReport::position(const std::string& file_path, const std::string& digest) const {
  const auto it = positions_.find(digest + ' ' + file_path);
  return it == positions_.end() ? Position{} : it->second;
}

Result<void> ImportReport::add_position(const std::string& file_path, const std::string& digest,
                                        const Position& position) {
  return append({{"path", file_path},
                 {"sha256", digest},
                 {"outcome", "partial"},
                 {"lines", position.lines},
                 {"stored", position.stored},
                 {"known", position.known},
                 {"refused", position.refused}});
}

Result<void> ImportReport::append(const json::object& row) {
  out_ << json::serialize(row) << std::endl;  // flushed: the report must be at least as far as the import
  if (!out_) return Error(errors::kIo, "the report cannot be written");
  return {};
}

}  // namespace xinglin::main
