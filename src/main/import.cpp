#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/json_text.h"
#include "base/log.h"
#include "core/record/bundle.h"
#include "main/commands.h"
#include "main/import_ndjson.h"
#include "main/import_report.h"
#include "main/option_table.h"
#include "main/progress.h"
#include "main/wiring.h"

namespace xinglin::main {
namespace {

using Outcome = ImportReport::Outcome;

struct Arguments {
  std::string data, report, errors;
  std::vector<std::string> paths;
};
struct Counts {
  size_t imported = 0, known = 0, refused = 0, failed = 0, skipped = 0;
};
struct Verdict {
  Outcome outcome = Outcome::Imported;
  std::string reason;
};

Verdict verdict_of(const Error& error) {
  const bool ours =
      error.kind() == ErrorKind::Io || error.kind() == ErrorKind::Internal || error.kind() == ErrorKind::Busy;
  return {ours ? Outcome::Failed : Outcome::Refused, error.message()};
}

// Adds the first few places that were wrong, so that the report says what to mend.
Verdict with_issues(Verdict verdict, const IssueSink& issues) {
  size_t shown = 0;
  for (const Issue& issue : issues.issues()) {
    if (issue.severity < Severity::Error || ++shown > 5) continue;
    verdict.reason += "; " + issue.path + ": " + issue.message;
  }
  return verdict;
}

Result<std::vector<std::string>> files_below(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path, code))
        if (entry.is_regular_file()) files.push_back(entry.path().string());
    } else if (std::filesystem::exists(path, code)) {
      files.push_back(path);
    } else {
      return Error(errors::kNotFound, "there is no file or folder " + path);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The messages of a file: each starts with MSH at the start of a line; line ends become segment ends.
std::vector<std::string> messages_of(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::vector<std::string> messages;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find_first_of("\r\n", at);
    if (end == std::string::npos) end = text.size();
    const std::string line = text.substr(at, end - at);
    if (line.starts_with("MSH") || messages.empty()) messages.emplace_back();
    if (!line.empty()) messages.back() += line + '\r';
    at = end + 1;
  }
  return messages;
}

class Importer {
public:
  explicit Importer(House& house) : house_(house), access_(trust::Access::sender("import", "command line")) {}

  Verdict import(const std::string& bytes) {
    const size_t first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != std::string::npos && bytes[first] == '{') return import_bundle(bytes);
    if (first != std::string::npos && bytes.compare(first, 3, "MSH") == 0) return import_messages(bytes);
    return import_dicom(bytes);
  }

private:
  Verdict import_dicom(const std::string& bytes) {
    archive::Incoming incoming;
    incoming.data_set = as_bytes(bytes);
    incoming.calling_ae = "IMPORT";
    incoming.peer = "command line";
    const auto stored = house_.dicom_intake->store(access_, incoming);
    if (!stored) return verdict_of(stored.error());
    return {*stored == archive::Outcome::Stored ? Outcome::Imported : Outcome::Known, ""};
  }

  // One bad message does not keep those after it out; the report has the first answer that was not AA.
  Verdict import_messages(const std::string& bytes) {
    const std::vector<std::string> messages = messages_of(bytes);
    size_t refused = 0;
    std::string first;
    for (const std::string& message : messages) {
      const auto acknowledgement = house_.message_intake->accept(access_, as_bytes(message), "command line");
      if (acknowledgement.code == intake::AckCode::AA || ++refused > 1) continue;
      first = as_text(acknowledgement.bytes);
      std::replace(first.begin(), first.end(), '\r', ' ');
    }
    if (refused == 0) return {};
    return {Outcome::Refused, std::to_string(refused) + " of " + std::to_string(messages.size()) +
                                  " messages refused, the first: " + first};
  }

  Verdict import_bundle(const std::string& bytes) {
    auto parsed = json::parse_exact(bytes);
    if (!parsed) return verdict_of(parsed.error());
    if (!parsed->is_object()) return {Outcome::Refused, "the JSON document is not an object"};
    IssueSink issues;
    // Once, however often an import is killed between the bundle and its line in the report.
    const record::BundleOptions options{.lenient = true, .once = to_hex(sha256(bytes))};
    const auto answer = record::process_transaction(*house_.record, access_, std::move(parsed->get_object()),
                                                    issues, options);
    if (!answer && answer.error().is(record::kAlreadyDone)) return {Outcome::Known, ""};
    if (!answer) return with_issues(verdict_of(answer.error()), issues);
    return {};
  }

  House& house_;
  trust::Access access_;
};

// A file of lines: its progress is that of its bytes, as it may be the only one.
Result<void> import_lines(House& house, const std::string& path, const std::string& errors,
                          ImportReport& report, Counts& counts) {
  XL_TRY(const std::string digest, file_digest(path));
  if (report.has(path, digest)) {
    ++counts.skipped;
    return {};
  }
  std::error_code code;
  const uint64_t bytes = std::filesystem::file_size(path, code);
  constexpr uint64_t kMiB = 1 << 20;
  const auto progress = [&](uint64_t done) {
    show_progress(done / kMiB, std::max<uint64_t>(1, bytes / kMiB),
                  "MiB of " + std::filesystem::path(path).filename().string());
  };
  const trust::Access access = trust::Access::sender("import", "command line");
  const auto done = import_ndjson(*house.record, access, path, digest, report, errors, progress);
  if (!done) {
    ++counts.failed;
    return report.add(path, digest, Outcome::Failed, done.error().message());
  }
  std::string reason = std::to_string(done->stored) + " resources stored, " + std::to_string(done->known) +
                       " known, " + std::to_string(done->refused) + " lines refused";
  if (!done->first_error.empty()) reason += ", the first: " + done->first_error;
  ++(done->refused == 0 ? counts.imported : counts.refused);
  return report.add(path, digest, done->refused == 0 ? Outcome::Imported : Outcome::Refused, reason);
}

Result<Counts> import_all(House& house, const std::vector<std::string>& files, const std::string& errors,
                          ImportReport& report) {
  Importer importer(house);
  Counts counts;
  for (size_t i = 0; i < files.size(); ++i) {
    if (is_ndjson(files[i])) {
      XL_CHECK(import_lines(house, files[i], errors, report, counts));
      continue;
    }
    std::ifstream in(files[i], std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::string digest = to_hex(sha256(bytes));
    if (report.has(files[i], digest)) {
      ++counts.skipped;
    } else {
      const Verdict verdict =
          in ? importer.import(bytes) : Verdict{Outcome::Failed, "the file cannot be read"};
      XL_CHECK(report.add(files[i], digest, verdict.outcome, verdict.reason));
      ++(verdict.outcome == Outcome::Imported  ? counts.imported
         : verdict.outcome == Outcome::Known   ? counts.known
         : verdict.outcome == Outcome::Refused ? counts.refused
                                               : counts.failed);
    }
    show_progress(i + 1, files.size(),
                  "files, " + std::to_string(counts.refused + counts.failed) + " refused or failed");
  }
  return counts;
}

Result<Counts> run_import(const Arguments& arguments) {
  log::set_level(log::Level::Warning);
  XL_TRY(const std::vector<std::string> files, files_below(arguments.paths));
  XL_TRY(const DataDirectory directory, DataDirectory::open(arguments.data, DataDirectory::Lock::Exclusive));
  XL_TRY(ImportReport report,
         ImportReport::open(arguments.report.empty() ? directory.path() + "/import-report.jsonl"
                                                     : arguments.report));
  const options::Values values(option_table());
  XL_TRY(const auto house, House::open(directory, values));
  house->start();
  const std::string errors =
      arguments.errors.empty() ? directory.path() + "/import-errors.ndjson" : arguments.errors;
  auto counts = import_all(*house, files, errors, report);
  std::cerr << "applications and projections are finishing\n";
  if (!house->journal->wait_idle(10 * 60 * 1000)) std::cerr << "some work is left for the next start\n";
  house->stop();
  return counts;
}

}  // namespace

void add_import(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callback, which outlives this function
  CLI::App* verb = app.add_subcommand(
      "import",
      "Import DICOM files, HL7 v2 files and FHIR bundles, told apart by content, and bulk data "
      "(*.ndjson)");
  verb->add_option("--data", arguments->data, "Data directory; no server may be running on it")->required();
  verb->add_option("--report", arguments->report,
                   "Report, one JSON line per file; an earlier one is gone on with "
                   "[DIR/import-report.jsonl]");
  verb->add_option(
      "--errors", arguments->errors,
      "OperationOutcomes of the lines of bulk data that were refused [DIR/import-errors.ndjson]");
  verb->add_option("paths", arguments->paths, "Files and folders")->required();
  verb->callback([arguments, &status] {
    const auto counts = run_import(*arguments);
    if (!counts) {
      status = fail(counts.error());
      return;
    }
    std::cout << counts->imported << " imported, " << counts->known << " known, " << counts->refused
              << " refused, " << counts->failed << " failed, " << counts->skipped
              << " already in the report\n";
    status = counts->refused + counts->failed > 0 ? kProblems : kDone;
  });
}

}  // namespace xinglin::main
