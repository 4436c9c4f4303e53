#include "main/import_ndjson.h"

#include <future>

#include "base/digest.h"
#include "codec/fhir/outcome.h"

namespace xinglin::main {
namespace {

constexpr size_t kGroupLines = 500, kGroupBytes = 8 << 20;

struct Group {
  std::vector<std::string> lines;
  int64_t first = 1;
  uint64_t end_bytes = 0;
};

class Reader {
public:
  explicit Reader(const std::string& path) : in_(path, std::ios::binary) {}
  bool good() const { return static_cast<bool>(in_); }
  void skip(int64_t lines) {
    std::string line;
    while (next_ <= lines && std::getline(in_, line)) took(line);
  }
  Group next() {
    Group group;
    group.first = next_;
    size_t bytes = 0;
    std::string line;
    while (group.lines.size() < kGroupLines && bytes < kGroupBytes && std::getline(in_, line)) {
      took(line);
      bytes += line.size();
      group.lines.push_back(std::move(line));
      line.clear();
    }
    group.end_bytes = read_;
    return group;
  }

private:
  void took(const std::string& line) {
    ++next_;
    read_ += line.size() + 1;
  }
  std::ifstream in_;
  int64_t next_ = 1;
  uint64_t read_ = 0;
};

void write_errors(std::ofstream& out, const std::string& path, const std::vector<record::LineError>& errors) {
  for (const record::LineError& error : errors) {
    json::object outcome = fhir::operation_outcome(error.error, error.issues);
    outcome["extension"] = json::array{json::object{
        {"url", "urn:xinglin:bulk-source"}, {"valueString", path + ":" + std::to_string(error.line)}}};
    out << json::serialize(outcome) << '\n';
  }
  out.flush();
}

}  // namespace

bool is_ndjson(const std::string& path) {
  return path.ends_with(".ndjson") || path.ends_with(".NDJSON");
}

Result<std::string> file_digest(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  Sha256 digest;
  std::vector<char> piece(1 << 20);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.update(std::string_view(piece.data(), static_cast<size_t>(in.gcount())));
  }
  if (!in.eof()) return Error(errors::kIo, path + " cannot be read");
  return to_hex(digest.finish());
}

Result<NdjsonCounts> import_ndjson(record::Record& record, const trust::Access& access,
                                   const std::string& path, const std::string& digest, ImportReport& report,
                                   const std::string& errors_path,
                                   const std::function<void(uint64_t)>& progress) {
  Reader reader(path);
  if (!reader.good()) return Error(errors::kIo, path + " cannot be read");
  const ImportReport::Position begin = report.position(path, digest);
  reader.skip(begin.lines);
  NdjsonCounts counts{begin.stored, begin.known, begin.refused, {}};
  std::ofstream errors_file;
  struct Writing {
    std::future<Result<record::StoredLines>> done;
    int64_t last_line = 0;
    uint64_t end_bytes = 0;
  };
  std::optional<Writing> writing;
  const auto finish = [&]() -> Result<void> {
    Result<record::StoredLines> stored = writing->done.get();
    const Writing was = std::move(*writing);
    writing.reset();
    if (!stored) return stored.error();
    counts.stored += stored->stored;
    counts.known += stored->known;
    counts.refused += static_cast<int64_t>(stored->errors.size());
    if (!stored->errors.empty()) {
      if (counts.first_error.empty())
        counts.first_error = "line " + std::to_string(stored->errors.front().line) + ": " +
                             stored->errors.front().error.message();
      if (!errors_file.is_open()) errors_file.open(errors_path, std::ios::app);
      write_errors(errors_file, path, stored->errors);
    }
    progress(was.end_bytes);
    return report.add_position(path, digest, {was.last_line, counts.stored, counts.known, counts.refused});
  };
  for (Group group = reader.next(); !group.lines.empty(); group = reader.next()) {
    record::PreparedLines prepared = record::prepare_lines(record, group.lines, group.first);
    if (writing) XL_CHECK(finish());
    writing.emplace();
    writing->last_line = group.first + static_cast<int64_t>(group.lines.size()) - 1;
    writing->end_bytes = group.end_bytes;
    // Shared with the thread that writes; a move-only value does not fit into std::function.
    auto lines = std::make_shared<record::PreparedLines>(std::move(prepared));
    writing->done = std::async(std::launch::async, [&record, &access, lines] {
      return record::write_lines(record, access, std::move(*lines));
    });
  }
  if (writing) XL_CHECK(finish());
  return counts;
}

}  // namespace xinglin::main
