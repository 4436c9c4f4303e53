// Index rows in SQL. The texts that many rows share (systems, targets, phrases) have numbers; those known to
// be committed are remembered. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "core/record/detail/extract.h"
#include "store/sql/store.h"

namespace xinglin::record::detail {

// The numbers of the texts of one table.
class Dictionary {
public:
  Dictionary(std::string_view select, std::string_view insert, size_t remembered_max)
      : select_(select), insert_(insert), remembered_max_(remembered_max) {}
  Result<int64_t> number(sql::Tx& tx, const std::string& text);  // 0 for ""

private:
  const std::string_view select_, insert_;
  const size_t remembered_max_;
  std::mutex mutex_;  // guards remembered_
  std::unordered_map<std::string, int64_t> remembered_;
};

class Index {
public:
  // Moves the index from what `before` says to what `after` says. `exists`: whether the resource has an entry
  // before and after.
  Result<void> move(sql::Tx& tx, const TypeDef& type, int64_t key, const Rows* before, const Rows* after);
  // Takes all rows away.
  static Result<void> clear(sql::Tx& tx);

private:
  Result<void> values(sql::Tx& tx, int64_t key, const Rows& before, const Rows& after);
  Result<void> shared(sql::Tx& tx, int64_t key, const Rows& before, const Rows& after);
  static Result<void> words(sql::Tx& tx, int64_t key, const Rows& before, const Rows& after);

  Dictionary systems_{"SELECT id FROM record_system WHERE uri = ?1",
                      "INSERT INTO record_system (uri) VALUES (?1)", 4096};
  Dictionary targets_{"SELECT id FROM record_target WHERE target = ?1",
                      "INSERT INTO record_target (target) VALUES (?1)", 16'384};
  Dictionary phrases_{"SELECT id FROM record_phrase WHERE folded = ?1",
                      "INSERT INTO record_phrase (folded) VALUES (?1)", 8192};
};

}  // namespace xinglin::record::detail
