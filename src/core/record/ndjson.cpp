#include "core/record/ndjson.h"

#include <algorithm>

#include "base/json_text.h"

namespace xinglin::record {
namespace {

Result<Prepared> prepare_line(const Record& record, const std::string& line, const LineOptions& options,
                              IssueSink& issues) {
  if (line.size() > options.line_bytes_max)
    return Error(errors::kTooLarge,
                 "a line may have at most " + std::to_string(options.line_bytes_max) + " bytes");
  XL_TRY(json::value value, json::parse_exact(line));
  if (!value.is_object()) return Error(kInvalidResource, "the line is not a JSON object");
  json::object& resource = value.get_object();
  if (!json::find_string(resource, "id")) {
    issues.error("required", "id", "a line of bulk data carries the id of its resource");
    return Error(kInvalidResource);
  }
  if (!options.type.empty() && json::find_string(resource, "resourceType") != options.type)
    return Error(kInvalidResource, "the line is not a " + options.type);
  return record.prepare(std::move(resource), issues);
}

bool is_of_line(const Error& error) {
  return error.kind() == ErrorKind::Invalid || error.kind() == ErrorKind::Unsupported ||
         error.kind() == ErrorKind::Conflict || error.kind() == ErrorKind::PreconditionFailed ||
         error.kind() == ErrorKind::TooLarge || error.kind() == ErrorKind::NotFound;
}

Result<void> put(Record& record, sql::Tx& tx, const trust::Access& access, const Prepared& prepared,
                 StoredLines& out) {
  XL_TRY(const bool changed, record.put(tx, access, prepared));
  ++(changed ? out.stored : out.known);
  return {};
}

}  // namespace

PreparedLines prepare_lines(const Record& record, const std::vector<std::string>& lines, int64_t first_number,
                            const LineOptions& options) {
  PreparedLines out;
  int64_t number = first_number;
  for (const std::string& line : lines) {
    const int64_t here = number++;
    if (line.find_first_not_of(" \t\r\n") == std::string::npos) continue;
    IssueSink issues;
    Result<Prepared> prepared = prepare_line(record, line, options, issues);
    if (prepared) {
      out.numbers.push_back(here);
      out.resources.push_back(std::move(*prepared));
    } else {
      out.errors.push_back({here, prepared.error(), std::move(issues)});
    }
  }
  return out;
}

Result<StoredLines> write_lines(Record& record, const trust::Access& access, PreparedLines lines) {
  StoredLines out;
  const auto all = record.store().write([&](sql::Tx& tx) -> Result<void> {
    out = {};  // a group of writes can be run again
    for (const Prepared& prepared : lines.resources) XL_CHECK(put(record, tx, access, prepared, out));
    return {};
  });
  if (!all && !is_of_line(all.error())) return all.error();
  if (!all) {
    StoredLines single;
    for (size_t i = 0; i < lines.resources.size(); ++i) {
      StoredLines one;
      const auto written = record.store().write([&](sql::Tx& tx) -> Result<void> {
        one = {};
        return put(record, tx, access, lines.resources[i], one);
      });
      if (!written && !is_of_line(written.error())) return written.error();
      single.stored += written ? one.stored : 0;
      single.known += written ? one.known : 0;
      if (!written) single.errors.push_back({lines.numbers[i], written.error(), {}});
    }
    out = std::move(single);
  }
  std::move(lines.errors.begin(), lines.errors.end(), std::back_inserter(out.errors));
  std::sort(out.errors.begin(), out.errors.end(),
            [](const LineError& a, const LineError& b) { return a.line < b.line; });
  return out;
}

}  // namespace xinglin::record
