// Index rows in SQL.
#include <functional>

#include "core/record/detail/impl.h"

namespace xinglin::record {
namespace {

constexpr size_t kCachedSystemsMax = 4096;

// Walks two sorted lists: what is only in the first is removed, what is only in the second is added.
template <class Row, class Remove, class Add>
Result<void> differ(const std::vector<Row>& before, const std::vector<Row>& after, const Remove& remove,
                    const Add& add) {
  size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    if (j == after.size() || (i < before.size() && before[i] < after[j])) {
      XL_CHECK(remove(before[i++]));
    } else if (i == before.size() || after[j] < before[i]) {
      XL_CHECK(add(after[j++]));
    } else {
      ++i, ++j;
    }
  }
  return {};
}

}  // namespace

Result<int64_t> Record::Impl::system_number(sql::Tx& tx, const std::string& uri) {
  if (uri.empty()) return 0;
  {
    const std::lock_guard lock(mutex);
    const auto it = systems.find(uri);
    if (it != systems.end()) return it->second;
  }
  const auto look = [&]() -> Result<int64_t> {
    sql::Query query = tx.query("SELECT id FROM record_system WHERE uri = ?1", uri);
    const int64_t number = query.next() ? query.integer(0) : 0;
    XL_CHECK(query.status());
    return number;
  };
  XL_TRY(int64_t number, look());
  if (number == 0) {
    XL_CHECK(tx.run("INSERT INTO record_system (uri) VALUES (?1)", uri));
    number = tx.last_insert_id();
  }
  // Only a committed number may be remembered: the transaction can still be undone.
  tx.on_commit([this, uri, number] {
    const std::lock_guard lock(mutex);
    if (systems.size() < kCachedSystemsMax) systems.emplace(uri, number);
  });
  return number;
}

Result<void> Record::Impl::reindex(sql::Tx& tx, int64_t key, const detail::Rows& before,
                                   const detail::Rows& after) {
  using namespace detail;
  const auto done = [](Result<int64_t> ran) -> Result<void> {
    if (!ran) return ran.error();
    return {};
  };
  const auto token = [&](std::string_view sql) {
    return [&, sql](const TokenRow& row) -> Result<void> {
      XL_TRY(const int64_t system, system_number(tx, row.system));
      return done(tx.run(sql, row.parameter, row.code, key, system));
    };
  };
  const auto reference = [&](std::string_view sql) {
    return [&, sql](const ReferenceRow& row) { return done(tx.run(sql, row.parameter, row.target, key)); };
  };
  const auto string = [&](std::string_view sql) {
    return [&, sql](const StringRow& row) {
      return done(tx.run(sql, row.parameter, row.folded, key, row.exact));
    };
  };
  const auto date = [&](std::string_view sql) {
    return
        [&, sql](const DateRow& row) { return done(tx.run(sql, row.parameter, row.first, row.last, key)); };
  };
  const auto number = [&](std::string_view sql) {
    return [&, sql](const NumberRow& row) -> Result<void> {
      XL_TRY(const int64_t system, system_number(tx, row.system));
      return done(tx.run(sql, row.parameter, row.low, row.high, key, system, row.code, row.unit));
    };
  };
  XL_CHECK(differ(
      before.tokens, after.tokens,
      token("DELETE FROM record_token WHERE parameter = ?1 AND code = ?2 AND resource = ?3 AND system = ?4"),
      token("INSERT OR IGNORE INTO record_token VALUES (?1, ?2, ?3, ?4)")));
  XL_CHECK(
      differ(before.references, after.references,
             reference("DELETE FROM record_reference WHERE parameter = ?1 AND target = ?2 AND resource = ?3"),
             reference("INSERT OR IGNORE INTO record_reference VALUES (?1, ?2, ?3)")));
  XL_CHECK(differ(before.strings, after.strings,
                  string("DELETE FROM record_string WHERE parameter = ?1 AND folded = ?2 AND resource = ?3 "
                         "AND exact = ?4"),
                  string("INSERT OR IGNORE INTO record_string VALUES (?1, ?2, ?3, ?4)")));
  XL_CHECK(differ(
      before.dates, after.dates,
      date("DELETE FROM record_date WHERE parameter = ?1 AND first = ?2 AND last = ?3 AND resource = ?4"),
      date("INSERT OR IGNORE INTO record_date VALUES (?1, ?2, ?3, ?4)")));
  return differ(
      before.numbers, after.numbers,
      number("DELETE FROM record_number WHERE parameter = ?1 AND low = ?2 AND high = ?3 AND resource = ?4 "
             "AND system = ?5 AND code = ?6 AND unit = ?7"),
      number("INSERT OR IGNORE INTO record_number VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
}

}  // namespace xinglin::record
