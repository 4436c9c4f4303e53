#include "core/terminology/loader.h"

#include <algorithm>

#include "base/charset.h"
#include "base/digest.h"
#include "base/json.h"
#include "core/terminology/detail/code_list.h"

namespace xinglin::terminology {

using detail::CodeList;
using detail::CodeRow;

namespace {

constexpr size_t kStep = 2000;  // rows of one commit

Result<std::string> text_of(std::string_view bytes) {
  if (bytes.size() > kMaxFileBytes) return Error(kBadFile, "the file is larger than 256 MB");
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (charset::is_valid_utf8(bytes)) return std::string(bytes);
  Result<std::string> converted = charset::to_utf8(bytes, charset::Charset::Gb18030);
  if (!converted) return Error(kBadFile, "the file is neither UTF-8 nor GB 18030");
  return std::move(*converted);
}

std::string lists_text(const CodeRow& row, bool designations) {
  json::array out;
  if (designations)
    for (const Designation& d : row.designations)
      out.push_back(json::array{json::value(d.language), json::value(d.value)});
  else
    for (const ConceptProperty& p : row.properties)
      out.push_back(json::array{json::value(p.code), json::value(p.type), json::value(p.value)});
  return out.empty() ? std::string() : json::serialize(json::value(std::move(out)));
}

struct Started {
  int64_t system = 0;
  size_t done = 0;
  bool finished = false;
};

Result<void> changed(sql::Tx& tx) {
  XL_CHECK(tx.run("UPDATE terminology_generation SET number = number + 1"));
  return {};
}

// The row of the system: as an earlier run of this file left it, else made anew.
Result<Started> start(sql::Tx& tx, const LoadSpec& spec, const std::string& source) {
  Started out;
  bool is_same = false;
  {
    sql::Query query = tx.query(
        "SELECT id, source, lines, finished IS NOT NULL FROM terminology_system WHERE url = ?1 AND version = "
        "?2",
        spec.system, spec.version);
    if (query.next()) {
      out.system = query.integer(0);
      is_same = query.text(1) == source;
      out.done = static_cast<size_t>(query.integer(2));
      out.finished = query.integer(3) != 0;
    }
    XL_CHECK(query.status());
  }
  if (is_same) return out;
  if (out.system != 0) {
    XL_CHECK(tx.run("DELETE FROM terminology_concept WHERE system = ?1", out.system));
    XL_CHECK(tx.run("DELETE FROM terminology_system WHERE id = ?1", out.system));
  }
  XL_CHECK(
      tx.run("INSERT INTO terminology_system (url, version, name, source, ignores_case, lines, finished) "
             "VALUES (?1, ?2, ?3, ?4, ?5, 0, NULL)",
             spec.system, spec.version, spec.name.empty() ? spec.system : spec.name, source,
             spec.ignores_case ? 1 : 0));
  out = {.system = tx.last_insert_id()};
  XL_CHECK(changed(tx));
  return out;
}

Result<void> write_step(sql::Tx& tx, int64_t system, const CodeList& list, size_t first, size_t end) {
  for (size_t i = first; i < end; ++i) {
    const CodeRow& row = list.rows[i];
    XL_CHECK(
        tx.run("INSERT OR REPLACE INTO terminology_concept "
               "(system, code, display, definition, parent, flags, designations, properties) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
               system, row.code, row.display, row.definition, row.parent, static_cast<int64_t>(row.flags),
               lists_text(row, true), lists_text(row, false)));
  }
  XL_CHECK(
      tx.run("UPDATE terminology_system SET lines = ?2 WHERE id = ?1", system, static_cast<int64_t>(end)));
  return changed(tx);
}

}  // namespace

Result<LoadReport> load(sql::Store& store, const Clock& clock, const LoadSpec& spec, std::string_view bytes,
                        const LoadProgress& progress) {
  if (spec.system.empty())
    return Error(kBadRequest, "the canonical URL of the code system is needed (--system)");
  XL_TRY(const std::string text, text_of(bytes));
  XL_TRY(const CodeList list, detail::read_code_list(text, spec.format));
  LoadReport report{.lines = list.lines, .concepts = list.rows.size(), .refused = list.refused};
  report.problems = list.problems;
  const std::string source = to_hex(sha256(bytes)) + " " + std::to_string(static_cast<int>(spec.format)) +
                             (spec.ignores_case ? " any case" : "");
  XL_TRY(const Started started,
         store.write_for<Started>([&](sql::Tx& tx) { return start(tx, spec, source); }));
  report.resumed_at = started.done;
  report.was_loaded = started.finished;
  if (started.finished) return report;
  for (size_t first = started.done; first < list.rows.size(); first += kStep) {
    const size_t end = std::min(list.rows.size(), first + kStep);
    XL_CHECK(store.write([&](sql::Tx& tx) { return write_step(tx, started.system, list, first, end); }));
    if (progress) progress(end, list.rows.size());
  }
  const auto finish = [&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("UPDATE terminology_system SET finished = ?2 WHERE id = ?1", started.system, clock.now()));
    return changed(tx);
  };
  XL_CHECK(store.write(finish));
  return report;
}

Result<std::vector<LoadedSystem>> loaded_systems(sql::Store& store) {
  return store.read([](sql::Session& session) -> Result<std::vector<LoadedSystem>> {
    std::vector<LoadedSystem> out;
    sql::Query query = session.query(
        "SELECT url, version, name, lines, finished IS NOT NULL FROM terminology_system ORDER BY url, "
        "version");
    while (query.next())
      out.push_back({std::string(query.text(0)), std::string(query.text(1)), std::string(query.text(2)),
                     query.integer(3), query.integer(4) != 0});
    XL_CHECK(query.status());
    return out;
  });
}

Result<void> unload(sql::Store& store, std::string_view system, std::string_view version) {
  return store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("DELETE FROM terminology_concept WHERE system IN "
               "(SELECT id FROM terminology_system WHERE url = ?1 AND version = ?2)",
               system, version));
    XL_TRY(const int64_t gone,
           tx.run("DELETE FROM terminology_system WHERE url = ?1 AND version = ?2", system, version));
    if (gone == 0) return Error(kUnknownSystem, "no code system " + std::string(system) + " was loaded");
    return changed(tx);
  });
}

}  // namespace xinglin::terminology
