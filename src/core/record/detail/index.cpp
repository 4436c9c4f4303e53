#include "core/record/detail/index.h"

namespace xinglin::record::detail {
namespace {

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

Result<void> done(const Result<int64_t>& ran) {
  if (!ran) return ran.error();
  return {};
}

}  // namespace

Result<int64_t> Dictionary::number(sql::Tx& tx, const std::string& text) {
  if (text.empty()) return 0;
  {
    const std::lock_guard lock(mutex_);
    const auto it = remembered_.find(text);
    if (it != remembered_.end()) return it->second;
  }
  const auto look = [&]() -> Result<int64_t> {
    sql::Query query = tx.query(select_, text);
    const int64_t number = query.next() ? query.integer(0) : 0;
    XL_CHECK(query.status());
    return number;
  };
  XL_TRY(int64_t number, look());
  if (number == 0) {
    XL_CHECK(tx.run(insert_, text));
    number = tx.last_insert_id();
  }
  // Only a committed number may be remembered: the transaction can still be undone.
  tx.on_commit([this, text, number] {
    const std::lock_guard lock(mutex_);
    if (remembered_.size() >= remembered_max_) remembered_.clear();
    remembered_.emplace(text, number);
  });
  return number;
}

Result<void> Index::move(sql::Tx& tx, const TypeDef& type, int64_t key, const Rows* before,
                         const Rows* after) {
  static const Rows kNone;
  if (after)
    XL_CHECK(tx.run("INSERT INTO record_entry VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET present = ?3",
                    type.number, key, after->present));
  else
    XL_CHECK(tx.run("DELETE FROM record_entry WHERE type = ?1 AND resource = ?2", type.number, key));
  XL_CHECK(shared(tx, key, before ? *before : kNone, after ? *after : kNone));
  XL_CHECK(values(tx, key, before ? *before : kNone, after ? *after : kNone));
  return words(tx, key, before ? *before : kNone, after ? *after : kNone);
}

Result<void> Index::shared(sql::Tx& tx, int64_t key, const Rows& before, const Rows& after) {
  const auto token = [&](std::string_view sql) {
    return [&, sql](const TokenRow& row) -> Result<void> {
      XL_TRY(const int64_t system, systems_.number(tx, row.system));
      return done(tx.run(sql, row.parameter, row.code, element_key(key, row.element), system));
    };
  };
  const auto reference = [&](std::string_view sql) {
    return [&, sql](const ReferenceRow& row) -> Result<void> {
      XL_TRY(const int64_t target, targets_.number(tx, row.target));
      return done(tx.run(sql, row.parameter, target, element_key(key, row.element)));
    };
  };
  const auto phrase = [&](std::string_view sql) {
    return [&, sql](const PhraseRow& row) -> Result<void> {
      XL_TRY(const int64_t number, phrases_.number(tx, row.folded));
      return done(tx.run(sql, row.parameter, number, key));
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
  return differ(
      before.phrases, after.phrases,
      phrase("DELETE FROM record_phrase_use WHERE parameter = ?1 AND phrase = ?2 AND resource = ?3"),
      phrase("INSERT OR IGNORE INTO record_phrase_use VALUES (?1, ?2, ?3)"));
}

Result<void> Index::values(sql::Tx& tx, int64_t key, const Rows& before, const Rows& after) {
  const auto string = [&](std::string_view sql) {
    return [&, sql](const StringRow& row) {
      return done(tx.run(sql, element_key(key, row.element), row.parameter, row.folded, row.exact));
    };
  };
  const auto date = [&](std::string_view sql) {
    return [&, sql](const DateRow& row) {
      return done(tx.run(sql, element_key(key, row.element), row.parameter, row.first, row.last));
    };
  };
  const auto number = [&](std::string_view sql) {
    return [&, sql](const NumberRow& row) -> Result<void> {
      XL_TRY(const int64_t system, systems_.number(tx, row.system));
      return done(tx.run(sql, element_key(key, row.element), row.parameter, row.low, row.high, system,
                         row.code, row.unit));
    };
  };
  const auto quantity = [&](std::string_view sql) {
    return [&, sql](const QuantityRow& row) -> Result<void> {
      XL_TRY(const int64_t unit, systems_.number(tx, row.unit));
      return done(tx.run(sql, element_key(key, row.element), row.parameter, unit, row.low, row.high));
    };
  };
  XL_CHECK(differ(before.strings, after.strings,
                  string("DELETE FROM record_string WHERE resource = ?1 AND parameter = ?2 AND folded = ?3 "
                         "AND exact = ?4"),
                  string("INSERT OR IGNORE INTO record_string VALUES (?1, ?2, ?3, ?4)")));
  XL_CHECK(differ(
      before.dates, after.dates,
      date("DELETE FROM record_date WHERE resource = ?1 AND parameter = ?2 AND first = ?3 AND last = ?4"),
      date("INSERT OR IGNORE INTO record_date VALUES (?1, ?2, ?3, ?4)")));
  XL_CHECK(differ(
      before.numbers, after.numbers,
      number("DELETE FROM record_number WHERE resource = ?1 AND parameter = ?2 AND low = ?3 AND high = ?4 "
             "AND system = ?5 AND code = ?6 AND unit = ?7"),
      number("INSERT OR IGNORE INTO record_number VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")));
  return differ(
      before.quantities, after.quantities,
      quantity(
          "DELETE FROM record_quantity WHERE resource = ?1 AND parameter = ?2 AND unit = ?3 AND low = ?4 "
          "AND high = ?5"),
      quantity("INSERT OR IGNORE INTO record_quantity VALUES (?1, ?2, ?3, ?4, ?5)"));
}

Result<void> Index::words(sql::Tx& tx, int64_t key, const Rows& before, const Rows& after) {
  const auto change = [&](const std::string& old, const std::string& now, std::string_view remove,
                          std::string_view add) -> Result<void> {
    if (old == now) return {};
    if (!old.empty()) XL_CHECK(tx.run(remove, key, old));
    if (!now.empty()) XL_CHECK(tx.run(add, key, now));
    return {};
  };
  XL_CHECK(change(before.narrative, after.narrative,
                  "INSERT INTO record_narrative (record_narrative, rowid, words) VALUES ('delete', ?1, ?2)",
                  "INSERT INTO record_narrative (rowid, words) VALUES (?1, ?2)"));
  return change(before.content, after.content,
                "INSERT INTO record_content (record_content, rowid, words) VALUES ('delete', ?1, ?2)",
                "INSERT INTO record_content (rowid, words) VALUES (?1, ?2)");
}

Result<void> Index::clear(sql::Tx& tx) {
  for (const std::string_view sql :
       {"DELETE FROM record_entry", "DELETE FROM record_token", "DELETE FROM record_reference",
        "DELETE FROM record_phrase_use", "DELETE FROM record_string", "DELETE FROM record_date",
        "DELETE FROM record_number", "DELETE FROM record_quantity",
        "INSERT INTO record_narrative (record_narrative) VALUES ('delete-all')",
        "INSERT INTO record_content (record_content) VALUES ('delete-all')"})
    XL_CHECK(tx.run(sql));
  return {};
}

}  // namespace xinglin::record::detail
