#include "core/trust/audit_log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include "base/charset.h"
#include "base/log.h"
#include "core/trust/detail/signing_key.h"
#include "core/trust/detail/verification.h"
#include "core/trust/merkle.h"

namespace xinglin::trust {

namespace {

constexpr size_t kQueueMax = 65'536, kBatchMax = 1'000;
constexpr int64_t kLeavesPerCallMax = 10'000;
constexpr int kTriesWhenStopping = 20;

std::string_view name_of(Action action) {
  static constexpr std::array<std::string_view, 8> kNames{"create", "read",    "update",  "delete",
                                                          "search", "execute", "sign-in", "sign-out"};
  return kNames[static_cast<size_t>(action)];
}

// Members in the order of their names, none that is empty: equal facts give equal bytes.
// A leaf must stay readable whatever it was made from: a request that was refused may name anything.
std::string as_utf8(std::string_view text) {
  std::string out(text);
  if (!charset::is_valid_utf8(text))
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; }, '?');
  return out;
}

std::string canonical(const Access& access, const AuditEntry& entry, Instant now) {
  json::object o;
  o.reserve(10);
  const auto put = [&](std::string_view key, std::string_view text) {
    if (!text.empty()) o.emplace(key, as_utf8(text));
  };
  put("action", name_of(entry.action));
  put("at", format_rfc3339(now));
  put("detail", entry.detail);
  put("object", entry.object);
  put("patient", entry.patient);
  put("purpose", to_string(access.purpose()));
  put("request", access.request_id());
  put("role", to_string(access.role()));
  o.emplace("success", entry.success);
  put("who", access.who());
  return json::serialize(o);
}

Result<int64_t> insert_leaf(sql::Tx& tx, std::string_view record) {
  const Digest hash = merkle::hash_leaf(record);
  // The row id is one more than the largest there is inside this transaction, so a write that is rolled back
  // leaves no hole, and the order of the ids is the order of the commits.
  XL_CHECK(tx.run("INSERT INTO audit_leaf (record, leaf_hash) VALUES (?1, ?2)", record,
                  std::span<const uint8_t>(hash)));
  return tx.last_insert_id() - 1;
}

}  // namespace

struct AuditLog::Impl {
  Impl(sql::Store& s, const Clock& c, std::string directory, SigningKey k)
      : store(s), clock(c), key_directory(std::move(directory)), key(std::move(k)) {}

  sql::Store& store;
  const Clock& clock;
  std::string key_directory;
  SigningKey key;

  std::mutex sign_mutex;  // guards range, range_loaded and last_signed_size
  merkle::CompactRange range;
  bool range_loaded = false;
  int64_t last_signed_size = -1;

  std::mutex mutex;  // guards all below
  std::condition_variable wake, flushed;
  std::deque<std::string> queue;
  uint64_t queued = 0, written = 0, failures = 0;
  bool stopping = false;
  std::thread thread;

  std::string kept_path() const { return key_directory + "/audit_checkpoint"; }
  Result<std::optional<StoredCheckpoint>> newest();
  Result<void> load_range();
  Result<void> extend_range();
  Result<Checkpoint> sign();
  Result<void> write_batch(const std::vector<std::string>& batch);
  void run(int64_t signed_at_us);
  void flush_some(std::unique_lock<std::mutex>& lock);
  Result<std::vector<Digest>> hashes(int64_t size);
};

Result<std::optional<StoredCheckpoint>> AuditLog::Impl::newest() {
  return store.read([&](sql::Session& session) -> Result<std::optional<StoredCheckpoint>> {
    sql::Query q = session.query("SELECT " + std::string(kCheckpointColumns) +
                                 " FROM audit_checkpoint ORDER BY size DESC LIMIT 1");
    std::optional<StoredCheckpoint> out;
    if (q.next()) out = stored_checkpoint(q);
    XL_CHECK(q.status());
    return out;
  });
}

// The tree goes on from the newest checkpoint if that proves to be ours; else it is computed from the first
// leaf.
Result<void> AuditLog::Impl::load_range() {
  if (range_loaded) return {};
  XL_TRY(const auto last, newest());
  if (last) {
    const auto restored = merkle::CompactRange::restore(last->checkpoint.size, last->frontier);
    if (restored && restored->root() == last->checkpoint.root &&
        key.verify(checkpoint_note(last->checkpoint), last->checkpoint.signature)) {
      range = *restored;
      last_signed_size = range.size();
    } else {
      log::error("trust.checkpoint-not-ours", {{"size", last->checkpoint.size}});
    }
  }
  range_loaded = true;
  return {};
}

// Only committed leaves are read, so a write that is rolled back never touches the tree.
Result<void> AuditLog::Impl::extend_range() {
  XL_CHECK(load_range());
  merkle::CompactRange longer = range;
  const Result<void> read = store.read([&](sql::Session& session) -> Result<void> {
    sql::Query q =
        session.query("SELECT id, leaf_hash FROM audit_leaf WHERE id > ?1 ORDER BY id", longer.size());
    while (q.next()) {
      Digest hash{};
      if (q.integer(0) != longer.size() + 1 || q.blob(1).size() != hash.size())
        return Error(kLogBroken, "leaf " + std::to_string(longer.size()) + " is missing or damaged");
      std::copy_n(q.blob(1).begin(), hash.size(), hash.begin());
      longer.append(hash);
    }
    return q.status();
  });
  if (!read) return read.error();
  range = longer;
  return {};
}

Result<Checkpoint> AuditLog::Impl::sign() {
  std::lock_guard guard(sign_mutex);
  XL_CHECK(extend_range());
  if (range.size() == last_signed_size) {
    XL_TRY(auto last, newest());
    if (last) return last->checkpoint;
  }
  Checkpoint checkpoint{.size = range.size(), .root = range.root(), .at = clock.now(), .signature = {}};
  checkpoint.signature = key.sign(checkpoint_note(checkpoint));
  const std::vector<uint8_t> frontier = range.frontier();
  const auto stored = store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("INSERT OR IGNORE INTO audit_checkpoint (" + std::string(kCheckpointColumns) +
                        ") VALUES (?1, ?2, ?3, ?4, ?5)",
                    checkpoint.size, std::span<const uint8_t>(checkpoint.root), checkpoint.at,
                    checkpoint.signature, frontier));
    return {};
  });
  if (!stored) return stored.error();
  last_signed_size = checkpoint.size;
  XL_CHECK(replace_file(kept_path(), kept_text(checkpoint), 0600));
  return checkpoint;
}

Result<void> AuditLog::Impl::write_batch(const std::vector<std::string>& batch) {
  return store.write(
      [&](sql::Tx& tx) -> Result<void> {
        for (const std::string& record : batch) XL_CHECK(insert_leaf(tx, record));
        return {};
      },
      sql::Store::Urgency::Soon);
}

void AuditLog::Impl::flush_some(std::unique_lock<std::mutex>& lock) {
  std::vector<std::string> batch;
  while (!queue.empty() && batch.size() < kBatchMax) {
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  lock.unlock();
  const Result<void> outcome = write_batch(batch);
  lock.lock();
  if (outcome) {
    written += batch.size();
  } else {
    log::error("trust.audit-write-failed", {{"reason", outcome.error().message()}, {"leaves", batch.size()}});
    ++failures;
    queue.insert(queue.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
  }
  flushed.notify_all();
  if (!outcome) wake.wait_for(lock, std::chrono::milliseconds(100), [] { return false; });
}

void AuditLog::Impl::run(int64_t signed_at_us) {
  int tries_left = kTriesWhenStopping;
  std::unique_lock lock(mutex);
  while (true) {
    wake.wait_for(lock, std::chrono::seconds(1), [&] { return stopping || !queue.empty(); });
    if (!queue.empty()) flush_some(lock);
    if (stopping && (queue.empty() || --tries_left == 0)) break;
    if (stopping || clock.monotonic_us() - signed_at_us < kCheckpointPaceUs) continue;
    lock.unlock();
    if (auto done = sign(); !done) log::error("trust.sign-failed", {{"reason", done.error().message()}});
    signed_at_us = clock.monotonic_us();
    lock.lock();
  }
  if (!queue.empty()) log::error("trust.audit-lost", {{"leaves", queue.size()}});
  lock.unlock();
  if (auto done = sign(); !done) log::error("trust.sign-failed", {{"reason", done.error().message()}});
}

Result<std::vector<Digest>> AuditLog::Impl::hashes(int64_t size) {
  return store.read([&](sql::Session& session) -> Result<std::vector<Digest>> {
    std::vector<Digest> out;
    sql::Query q = session.query("SELECT leaf_hash FROM audit_leaf WHERE id <= ?1 ORDER BY id", size);
    while (q.next()) {
      Digest& hash = out.emplace_back();
      if (q.blob(0).size() == hash.size()) std::copy_n(q.blob(0).begin(), hash.size(), hash.begin());
    }
    XL_CHECK(q.status());
    if (static_cast<int64_t>(out.size()) != size)
      return Error(errors::kInvalid, "the log is shorter than that");
    return out;
  });
}

AuditLog::AuditLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

AuditLog::~AuditLog() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
}

Result<std::unique_ptr<AuditLog>> AuditLog::open(sql::Store& store, const Clock& clock,
                                                 const std::string& key_directory) {
  XL_TRY(SigningKey key, SigningKey::load_or_create(key_directory));
  auto impl = std::make_unique<Impl>(store, clock, key_directory, std::move(key));
  // The pace counts from here, not from when the system gets round to the thread.
  const int64_t opened_at_us = clock.monotonic_us();
  impl->thread = std::thread([p = impl.get(), opened_at_us] { p->run(opened_at_us); });
  return std::make_unique<AuditLog>(std::move(impl));
}

Result<int64_t> AuditLog::append(sql::Tx& tx, const Access& access, const AuditEntry& entry) {
  return insert_leaf(tx, canonical(access, entry, impl_->clock.now()));
}

void AuditLog::record(const Access& access, const AuditEntry& entry) {
  std::string text = canonical(access, entry, impl_->clock.now());
  std::unique_lock lock(impl_->mutex);
  // The writer thread must not wait for a queue that only it can empty: there the limit is passed over.
  if (!impl_->store.on_writer_thread())
    impl_->flushed.wait(lock, [&] { return impl_->queue.size() < kQueueMax; });
  impl_->queue.push_back(std::move(text));
  ++impl_->queued;
  impl_->wake.notify_one();
}

Result<void> AuditLog::flush() {
  std::unique_lock lock(impl_->mutex);
  const uint64_t target = impl_->queued, failures = impl_->failures;
  impl_->flushed.wait(lock, [&] { return impl_->written >= target || impl_->failures != failures; });
  if (impl_->written < target) return Error(errors::kIo, "the audit log cannot be written");
  return {};
}

Result<Checkpoint> AuditLog::sign_checkpoint() {
  XL_CHECK(flush());
  return impl_->sign();
}

Result<Verification> AuditLog::verify() {
  XL_CHECK(flush());
  std::optional<std::string> kept;
  std::ifstream file(impl_->kept_path(), std::ios::binary);
  if (file) kept.emplace(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return impl_->store.read(
      [&](sql::Session& session) { return verify_stored_log(session, impl_->key, kept); });
}

Result<std::vector<Digest>> AuditLog::inclusion_proof(int64_t index, int64_t size) {
  if (index < 0 || index >= size) return Error(errors::kInvalid, "the index is not below the size");
  XL_TRY(const auto leaves, impl_->hashes(size));
  return merkle::inclusion_proof(leaves, index);
}

Result<std::vector<Digest>> AuditLog::consistency_proof(int64_t first, int64_t second) {
  if (first <= 0 || first > second) return Error(errors::kInvalid, "the first size must be 1 to the second");
  XL_TRY(const auto leaves, impl_->hashes(second));
  return merkle::consistency_proof(leaves, first);
}

Result<std::vector<LogLeaf>> AuditLog::leaves(int64_t from, int64_t limit) {
  return impl_->store.read([&](sql::Session& session) -> Result<std::vector<LogLeaf>> {
    std::vector<LogLeaf> out;
    sql::Query q =
        session.query("SELECT id, record, leaf_hash FROM audit_leaf WHERE id > ?1 ORDER BY id LIMIT ?2", from,
                      std::min(limit, kLeavesPerCallMax));
    while (q.next()) {
      LogLeaf& leaf = out.emplace_back(LogLeaf{.index = q.integer(0) - 1, .record = std::string(q.text(1))});
      if (q.blob(2).size() == leaf.leaf_hash.size())
        std::copy_n(q.blob(2).begin(), leaf.leaf_hash.size(), leaf.leaf_hash.begin());
    }
    XL_CHECK(q.status());
    return out;
  });
}

Result<Checkpoint> AuditLog::last_checkpoint() {
  XL_TRY(auto last, impl_->newest());
  if (!last) return Error(errors::kNotFound, "no checkpoint has been signed yet");
  return std::move(last->checkpoint);
}

Result<int64_t> AuditLog::size() {
  XL_CHECK(flush());
  return impl_->store.read([](sql::Session& session) -> Result<int64_t> {
    sql::Query q = session.query("SELECT max(id) FROM audit_leaf");
    const int64_t size = q.next() ? q.integer(0) : 0;
    XL_CHECK(q.status());
    return size;
  });
}

Result<Digest> AuditLog::root_at(int64_t size) {
  if (size < 0) return Error(errors::kInvalid, "a size is not below 0");
  XL_TRY(const auto leaves, impl_->hashes(size));
  return merkle::root_of(leaves);
}

}  // namespace xinglin::trust
