#include "main/import_report.h"

#include "base/json.h"

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
    if (json::find_string(o, "outcome") == "failed") continue;
    report.done_.insert(std::string(json::find_string(o, "sha256").value_or("")) + ' ' +
                        std::string(json::find_string(o, "path").value_or("")));
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
  out_ << json::serialize(row) << std::endl;  // flushed: the report must be at least as far as the import
  if (!out_) return Error(errors::kIo, "the report cannot be written");
  return {};
}

}  // namespace xinglin::main
