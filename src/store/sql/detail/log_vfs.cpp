#include "store/sql/detail/log_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <vector>

#include "store/sql/store.h"

namespace xinglin::sql {

struct LogVfs::State {
  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* below = nullptr;
};

namespace {

constexpr size_t kGatheredMax = 120 << 10;  // SQLite's own VFS refuses a write of 128 KiB

// What is not written yet: bytes that follow each other, from an offset on.
struct Gathered {
  std::vector<uint8_t> bytes;
  sqlite3_int64 at = 0;
};

// The file object SQLite allocates for a log: ours first, that of the VFS below behind it.
struct LogFile {
  sqlite3_file base;
  Gathered* gathered;  // owned, from open to close
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  const sqlite3_io_methods& methods() { return *below()->pMethods; }
};

LogFile& log_of(sqlite3_file* file) {
  return *reinterpret_cast<LogFile*>(file);
}

// Bytes that could not be written are dropped: SQLite hears of it and undoes the transaction.
int write_out(LogFile& log) {
  Gathered& g = *log.gathered;
  if (g.bytes.empty()) return SQLITE_OK;
  const int rc = log.methods().xWrite(log.below(), g.bytes.data(), static_cast<int>(g.bytes.size()), g.at);
  g.bytes.clear();
  return rc;
}

int write_log(sqlite3_file* f, const void* data, int n, sqlite3_int64 at) {
  LogFile& log = log_of(f);
  Gathered& g = *log.gathered;
  const bool follows = at == g.at + static_cast<sqlite3_int64>(g.bytes.size());
  if (!follows || g.bytes.size() + static_cast<size_t>(n) > kGatheredMax)
    if (const int rc = write_out(log); rc != SQLITE_OK) return rc;
  if (g.bytes.empty()) g.at = at;
  const auto* from = static_cast<const uint8_t*>(data);
  g.bytes.insert(g.bytes.end(), from, from + n);
  return SQLITE_OK;
}

int close_log(sqlite3_file* f) {
  LogFile& log = log_of(f);
  const int written = write_out(log);
  const std::unique_ptr<Gathered> ended(log.gathered);
  const int closed = log.methods().xClose(log.below());
  return written == SQLITE_OK ? closed : written;
}
int read_log(sqlite3_file* f, void* out, int n, sqlite3_int64 at) {
  LogFile& log = log_of(f);
  if (const int rc = write_out(log); rc != SQLITE_OK) return rc;
  return log.methods().xRead(log.below(), out, n, at);
}
int truncate_log(sqlite3_file* f, sqlite3_int64 size) {
  LogFile& log = log_of(f);
  if (const int rc = write_out(log); rc != SQLITE_OK) return rc;
  return log.methods().xTruncate(log.below(), size);
}
int sync_log(sqlite3_file* f, int flags) {
  LogFile& log = log_of(f);
  if (const int rc = write_out(log); rc != SQLITE_OK) return rc;
  return log.methods().xSync(log.below(), flags);
}
int size_of_log(sqlite3_file* f, sqlite3_int64* out) {
  LogFile& log = log_of(f);
  if (const int rc = write_out(log); rc != SQLITE_OK) return rc;
  return log.methods().xFileSize(log.below(), out);
}

// A log is never locked itself and never mapped: version 1 of the methods is all it needs.
int lock_log(sqlite3_file* f, int level) {
  return log_of(f).methods().xLock(log_of(f).below(), level);
}
int unlock_log(sqlite3_file* f, int level) {
  return log_of(f).methods().xUnlock(log_of(f).below(), level);
}
int check_lock(sqlite3_file* f, int* out) {
  return log_of(f).methods().xCheckReservedLock(log_of(f).below(), out);
}
int control(sqlite3_file* f, int op, void* argument) {
  return log_of(f).methods().xFileControl(log_of(f).below(), op, argument);
}
int sector_size(sqlite3_file* f) {
  return log_of(f).methods().xSectorSize(log_of(f).below());
}
int traits(sqlite3_file* f) {
  return log_of(f).methods().xDeviceCharacteristics(log_of(f).below());
}

constexpr sqlite3_io_methods kLogMethods{
    .iVersion = 1,
    .xClose = close_log,
    .xRead = read_log,
    .xWrite = write_log,
    .xTruncate = truncate_log,
    .xSync = sync_log,
    .xFileSize = size_of_log,
    .xLock = lock_log,
    .xUnlock = unlock_log,
    .xCheckReservedLock = check_lock,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = traits,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* const below = static_cast<LogVfs::State*>(vfs->pAppData)->below;
  if ((flags & SQLITE_OPEN_WAL) == 0) return below->xOpen(below, name, file, flags, out_flags);
  LogFile& log = log_of(file);
  log.base.pMethods = nullptr;  // SQLite does not close what could not be opened
  std::memset(log.below(), 0, static_cast<size_t>(below->szOsFile));
  const int rc = below->xOpen(below, name, log.below(), flags, out_flags);
  if (rc != SQLITE_OK) return rc;
  log.gathered = std::make_unique<Gathered>().release();
  log.base.pMethods = &kLogMethods;
  return SQLITE_OK;
}

}  // namespace

Result<std::unique_ptr<LogVfs>> LogVfs::over(const std::string& below) {
  auto state = std::make_unique<State>();
  state->below = sqlite3_vfs_find(below.empty() ? nullptr : below.c_str());
  if (state->below == nullptr) return Error(kDisk, "SQLite knows no VFS '" + below + "'");
  state->name = "xinglin-log-" + std::to_string(reinterpret_cast<uintptr_t>(state.get()));
  state->vfs = *state->below;
  state->vfs.zName = state->name.c_str();
  state->vfs.szOsFile = state->below->szOsFile + static_cast<int>(sizeof(LogFile));
  state->vfs.pAppData = state.get();
  state->vfs.xOpen = open_file;
  state->vfs.pNext = nullptr;
  if (sqlite3_vfs_register(&state->vfs, 0) != SQLITE_OK) return Error(kFailed, "register the VFS");
  return std::make_unique<LogVfs>(std::move(state));
}

LogVfs::LogVfs(std::unique_ptr<State> state) : state_(std::move(state)) {}

LogVfs::~LogVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& LogVfs::name() const {
  return state_->name;
}

}  // namespace xinglin::sql
