#include "core/terminology/detail/catalogue.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "core/terminology/detail/pack_writer.h"
#include "core/terminology/detail/read_resource.h"

namespace xinglin::terminology::detail {

namespace {

Result<std::vector<uint64_t>> pack_of_resource(Kind kind, std::string_view text) {
  XL_TRY(const json::value value, json::parse(text));
  const json::object* resource = value.if_object();
  if (!resource) return Error(kBadResource);
  PackWriter writer;
  if (kind == Kind::CodeSystem) {
    XL_TRY(const SystemDraft draft, read_system(*resource));
    writer.add(draft);
  } else if (kind == Kind::ValueSet) {
    XL_TRY(const SetDraft draft, read_set(*resource));
    writer.add(draft);
  } else {
    XL_TRY(const MapDraft draft, read_map(*resource));
    writer.add(draft);
  }
  return writer.finish();
}

std::string text_at(const json::array& list, size_t i) {
  return i < list.size() && list[i].is_string() ? std::string(list[i].get_string()) : std::string();
}

template <class F>
Result<void> each_list(std::string_view text, F use) {
  if (text.empty()) return {};
  XL_TRY(const json::value value, json::parse(text));
  if (const json::array* lists = value.if_array())
    for (const json::value& item : *lists)
      if (const json::array* list = item.if_array()) use(*list);
  return {};
}

Result<std::vector<uint64_t>> pack_of_loaded(sql::Session& session, const CatalogueRow& row) {
  SystemDraft draft{.url = row.url, .version = row.version, .id = row.id, .status = "active"};
  sql::Query head = session.query(
      "SELECT name, ignores_case, finished IS NOT NULL FROM terminology_system WHERE id = ?1", row.loaded);
  if (!head.next()) {
    XL_CHECK(head.status());
    return Error(kUnknownSystem);
  }
  draft.name = head.text(0);
  draft.ignores_case = head.integer(1) != 0;
  draft.content = head.integer(2) != 0 ? Content::Complete : Content::Fragment;
  sql::Query query = session.query(
      "SELECT code, display, definition, parent, flags, designations, properties FROM terminology_concept "
      "WHERE system = ?1 ORDER BY code",
      row.loaded);
  while (query.next()) {
    if (draft.concepts.size() >= kMaxConcepts)
      return Error(kTooCostly, "the code system has too many concepts");
    ConceptDraft next{.code = std::string(query.text(0)),
                      .display = std::string(query.text(1)),
                      .definition = std::string(query.text(2))};
    if (!query.text(3).empty()) next.parents.emplace_back(query.text(3));
    next.flags = static_cast<uint32_t>(query.integer(4));
    XL_CHECK(each_list(query.text(5), [&next](const json::array& list) {
      next.designations.push_back({.language = text_at(list, 0), .value = text_at(list, 1)});
    }));
    XL_CHECK(each_list(query.text(6), [&next](const json::array& list) {
      next.properties.push_back({text_at(list, 0), text_at(list, 1), text_at(list, 2)});
    }));
    draft.concepts.push_back(std::move(next));
  }
  XL_CHECK(query.status());
  PackWriter writer;
  writer.add(draft);
  return writer.finish();
}

}  // namespace

bool version_less(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!a.empty() && !b.empty()) {
    if (is_digit(a[0]) && is_digit(b[0])) {
      uint64_t x = 0, y = 0;
      const char* a_end = std::from_chars(a.data(), a.data() + a.size(), x).ptr;
      const char* b_end = std::from_chars(b.data(), b.data() + b.size(), y).ptr;
      if (x != y) return x < y;
      a.remove_prefix(static_cast<size_t>(a_end - a.data()));
      b.remove_prefix(static_cast<size_t>(b_end - b.data()));
      continue;
    }
    if (a[0] != b[0]) return a[0] < b[0];
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

Result<int64_t> read_generation(sql::Session& session) {
  sql::Query query = session.query("SELECT number FROM terminology_generation");
  if (!query.next()) {
    XL_CHECK(query.status());
    return int64_t{0};
  }
  return query.integer(0);
}

Result<Catalogue> read_catalogue(sql::Session& session) {
  Catalogue out;
  XL_TRY(out.generation, read_generation(session));
  sql::Query resources = session.query("SELECT kind, url, version, id FROM terminology_resource");
  while (resources.next())
    out.rows.push_back({static_cast<Kind>(resources.integer(0)), std::string(resources.text(1)),
                        std::string(resources.text(2)), std::string(resources.text(3))});
  XL_CHECK(resources.status());
  sql::Query loaded = session.query("SELECT id, url, version FROM terminology_system");
  while (loaded.next())
    out.rows.push_back({Kind::CodeSystem, std::string(loaded.text(1)), std::string(loaded.text(2)),
                        "loaded-" + std::to_string(loaded.integer(0)), loaded.integer(0)});
  XL_CHECK(loaded.status());
  std::stable_sort(out.rows.begin(), out.rows.end(), [](const CatalogueRow& a, const CatalogueRow& b) {
    if ((a.loaded == 0) != (b.loaded == 0)) return a.loaded == 0;
    return version_less(b.version, a.version);
  });
  return out;
}

Result<std::vector<uint64_t>> read_pack(sql::Session& session, const CatalogueRow& row) {
  if (row.loaded != 0) return pack_of_loaded(session, row);
  sql::Query query = session.query("SELECT text FROM terminology_resource WHERE kind = ?1 AND id = ?2",
                                   static_cast<int>(row.kind), row.id);
  if (!query.next()) {
    XL_CHECK(query.status());
    return Error(kUnknownSystem);
  }
  return pack_of_resource(row.kind, query.text(0));
}

}  // namespace xinglin::terminology::detail
