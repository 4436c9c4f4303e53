// A SQLite VFS for tests that passes everything on to the system's and fails writes or fsyncs when told to.
// Register it under a name, hand that name to Store::Options::vfs, then arm it. Thread-safe; must outlive the
// stores that use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace xinglin::sql::testing {

class FaultVfs {
public:
  explicit FaultVfs(std::string name);
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;
  const std::string& name() const;

  // The nth from now fails (1 = the next), and all after it until disarm(). 0 switches off.
  void fail_write(int64_t nth, bool disk_full = false);
  void fail_sync(int64_t nth);
  void disarm();
  int64_t writes() const;  // seen since the start
  int64_t syncs() const;

  struct State;

private:
  std::unique_ptr<State> state_;
};

// Runs statements on a database file that no store has open. False if they failed or changed nothing.
bool change_file(const std::string& path, const std::string& sql);

}  // namespace xinglin::sql::testing
