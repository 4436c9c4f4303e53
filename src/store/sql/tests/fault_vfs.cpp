#include "store/sql/tests/fault_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <new>

namespace xinglin::sql::testing {

struct FaultVfs::State {
  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  std::atomic<int64_t> writes{0}, syncs{0};
  std::atomic<int64_t> fail_write_from{0}, fail_sync_from{0};  // absolute count, 0 = never
  std::atomic<bool> disk_full{false};
};

// The file object SQLite allocates: ours first, the system's behind it.
struct FaultFile {
  sqlite3_file base;
  FaultVfs::State* state;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

namespace {

sqlite3_file* real_of(sqlite3_file* file) {
  return reinterpret_cast<FaultFile*>(file)->real();
}
FaultVfs::State& state_of(sqlite3_file* file) {
  return *reinterpret_cast<FaultFile*>(file)->state;
}

bool due(std::atomic<int64_t>& count, const std::atomic<int64_t>& from) {
  const int64_t n = ++count;
  const int64_t first = from;
  return first != 0 && n >= first;
}

int close_file(sqlite3_file* f) {
  return real_of(f)->pMethods == nullptr ? SQLITE_OK : real_of(f)->pMethods->xClose(real_of(f));
}
int read_file(sqlite3_file* f, void* out, int n, sqlite3_int64 at) {
  return real_of(f)->pMethods->xRead(real_of(f), out, n, at);
}
int write_file(sqlite3_file* f, const void* data, int n, sqlite3_int64 at) {
  auto& s = state_of(f);
  if (due(s.writes, s.fail_write_from)) {
    // Half of it arrives, as with a real failure.
    (void)real_of(f)->pMethods->xWrite(real_of(f), data, n / 2, at);
    return s.disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  return real_of(f)->pMethods->xWrite(real_of(f), data, n, at);
}
int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
  return real_of(f)->pMethods->xTruncate(real_of(f), size);
}
int sync_file(sqlite3_file* f, int flags) {
  auto& s = state_of(f);
  if (due(s.syncs, s.fail_sync_from)) return SQLITE_IOERR_FSYNC;
  return real_of(f)->pMethods->xSync(real_of(f), flags);
}
int file_size(sqlite3_file* f, sqlite3_int64* out) {
  return real_of(f)->pMethods->xFileSize(real_of(f), out);
}
int lock_file(sqlite3_file* f, int level) {
  return real_of(f)->pMethods->xLock(real_of(f), level);
}
int unlock_file(sqlite3_file* f, int level) {
  return real_of(f)->pMethods->xUnlock(real_of(f), level);
}
int check_lock(sqlite3_file* f, int* out) {
  return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}
int control(sqlite3_file* f, int op, void* arg) {
  return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
int sector_size(sqlite3_file* f) {
  return real_of(f)->pMethods->xSectorSize(real_of(f));
}
int traits(sqlite3_file* f) {
  return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) {
  real_of(f)->pMethods->xShmBarrier(real_of(f));
}
int shm_unmap(sqlite3_file* f, int remove) {
  return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

// Version 2: shared memory, no memory-mapped reads.
constexpr sqlite3_io_methods kMethods{2,           close_file,  read_file, write_file,  truncate_file,
                                      sync_file,   file_size,   lock_file, unlock_file, check_lock,
                                      control,     sector_size, traits,    shm_map,     shm_lock,
                                      shm_barrier, shm_unmap,   nullptr,   nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* state = static_cast<FaultVfs::State*>(vfs->pAppData);
  auto* ours = reinterpret_cast<FaultFile*>(file);
  ours->state = state;
  ours->base.pMethods = nullptr;
  std::memset(ours->real(), 0, static_cast<size_t>(state->real->szOsFile));
  const int rc = state->real->xOpen(state->real, name, ours->real(), flags, out_flags);
  if (rc == SQLITE_OK) ours->base.pMethods = &kMethods;
  return rc;
}

}  // namespace

FaultVfs::FaultVfs(std::string name) : state_(std::make_unique<State>()) {
  state_->name = std::move(name);
  state_->real = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->real;
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.szOsFile = state_->real->szOsFile + static_cast<int>(sizeof(FaultFile));
  state_->vfs.pAppData = state_.get();
  state_->vfs.xOpen = open_file;
  state_->vfs.pNext = nullptr;
  sqlite3_vfs_register(&state_->vfs, 0);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& FaultVfs::name() const {
  return state_->name;
}

void FaultVfs::fail_write(int64_t nth, bool disk_full) {
  state_->disk_full = disk_full;
  state_->fail_write_from = nth == 0 ? 0 : state_->writes + nth;
}

void FaultVfs::fail_sync(int64_t nth) {
  state_->fail_sync_from = nth == 0 ? 0 : state_->syncs + nth;
}

void FaultVfs::disarm() {
  state_->fail_write_from = 0;
  state_->fail_sync_from = 0;
}

int64_t FaultVfs::writes() const {
  return state_->writes;
}
int64_t FaultVfs::syncs() const {
  return state_->syncs;
}

bool change_file(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  const bool done = sqlite3_open(path.c_str(), &db) == SQLITE_OK &&
                    sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK &&
                    sqlite3_total_changes(db) > 0;
  sqlite3_close(db);
  return done;
}

}  // namespace xinglin::sql::testing
