// A SQLite VFS that passes everything on to another one, but gathers what is written to a write-ahead log:
// SQLite writes each page of a commit by two calls, a header and the page, and then syncs the file. Here they
// become one write, made just before the sync. Whatever else looks at the log through the same file object
// (read, size, truncate, close) has it written first. Only for connections with synchronous=FULL: these sync
// before another connection may look for the pages in the file. Registered under a name of its own while it
// lives; must outlive the connections that use it. See https://sqlite.org/vfs.html and
// https://sqlite.org/walformat.html.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace xinglin::sql {

class LogVfs {
public:
  // `below`: the name of the VFS to pass on to, "" for the system's.
  static Result<std::unique_ptr<LogVfs>> over(const std::string& below);
  struct State;  // known to log_vfs.cpp only
  explicit LogVfs(std::unique_ptr<State> state);
  ~LogVfs();
  LogVfs(const LogVfs&) = delete;
  LogVfs& operator=(const LogVfs&) = delete;
  const std::string& name() const;

private:
  std::unique_ptr<State> state_;
};

}  // namespace xinglin::sql
