// Index rows made again from the resources: after an update of the program that reads more, or otherwise.
#include "core/record/detail/impl.h"

namespace xinglin::record {
namespace {

constexpr int64_t kAtOnce = 500;  // resources in one transaction

struct State {
  std::string fingerprint;
  int64_t done_to = 0;
};

Result<State> state_of(sql::Session& session) {
  State out;
  sql::Query query = session.query("SELECT fingerprint, done_to FROM record_index");
  if (query.next()) out = {std::string(query.text(0)), query.integer(1)};
  XL_CHECK(query.status());
  return out;
}

Result<int64_t> number_of(sql::Session& session, std::string_view sql) {
  sql::Query query = session.query(sql);
  const int64_t number = query.next() ? query.integer(0) : 0;
  XL_CHECK(query.status());
  return number;
}

// Half-way states are told apart by what they are made for: "making " and the fingerprint.
std::string making() {
  return "making " + detail::fingerprint();
}

}  // namespace

// Rows of the resources after the last one that has them. Nobody else writes meanwhile.
Result<int64_t> Record::Impl::rebuild_step(sql::Tx& tx, int64_t done_to) {
  struct One {
    int64_t key, type;
    std::string text;
  };
  std::vector<One> batch;
  {
    sql::Query query = tx.query(
        "SELECT key, type, text FROM record_resource WHERE key > ?1 AND deleted = 0 ORDER BY key LIMIT ?2",
        done_to, kAtOnce);
    while (query.next()) batch.push_back({query.integer(0), query.integer(1), std::string(query.text(2))});
    XL_CHECK(query.status());
  }
  for (const One& one : batch) {
    const detail::TypeDef* type = detail::type_of_number(static_cast<int>(one.type));
    if (!type) return Error(errors::kCorrupt, "a stored resource has a type this program does not know");
    const detail::Rows rows = rows_of(*type, one.text);
    XL_CHECK(index.move(tx, *type, one.key, nullptr, &rows));
    done_to = one.key;
  }
  const bool ended = batch.size() < static_cast<size_t>(kAtOnce);
  XL_CHECK(tx.run("UPDATE record_index SET fingerprint = ?1, done_to = ?2",
                  ended ? detail::fingerprint() : making(), ended ? int64_t{0} : done_to));
  return ended ? int64_t{-1} : done_to;
}

Result<void> Record::rebuild_index(const RebuildProgress& progress) {
  XL_TRY(State state, impl_->store.read([](sql::Session& session) { return state_of(session); }));
  if (state.fingerprint == detail::fingerprint()) return {};
  XL_TRY(const int64_t all, impl_->store.read([](sql::Session& session) {
    return number_of(session, "SELECT COUNT(*) FROM record_resource WHERE deleted = 0");
  }));
  if (state.fingerprint != making()) {
    const auto begin_anew = [](sql::Tx& tx) -> Result<void> {
      XL_CHECK(detail::Index::clear(tx));
      XL_CHECK(tx.run("UPDATE record_index SET fingerprint = ?1, done_to = 0", making()));
      return {};
    };
    XL_CHECK(impl_->store.write(begin_anew));
    state.done_to = 0;
  }
  XL_TRY(int64_t done, impl_->store.read([](sql::Session& session) {
    return number_of(session, "SELECT COUNT(*) FROM record_entry");
  }));
  for (int64_t at = state.done_to; at >= 0;) {
    XL_TRY(at, impl_->store.write_for<int64_t>([&](sql::Tx& tx) { return impl_->rebuild_step(tx, at); }));
    done = std::min(all, done + kAtOnce);
    if (progress) progress(done, all);
  }
  return {};
}

}  // namespace xinglin::record
