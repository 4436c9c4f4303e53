// Collects what one validation finds: within the limit, and one code at one place once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/issue.h"
#include "codec/validation/detail/place.h"

namespace xinglin::validation::detail {

class Report {
public:
  Report(IssueSink& issues, size_t issues_max) : issues_(issues), issues_max_(issues_max) {}

  void error(std::string_view code, const Place& place, std::string message) {
    add(Severity::Error, code, place, std::move(message));
  }
  void warning(std::string_view code, const Place& place, std::string message) {
    add(Severity::Warning, code, place, std::move(message));
  }
  void information(std::string_view code, const Place& place, std::string message) {
    add(Severity::Information, code, place, std::move(message));
  }
  bool failed() const { return errors_ > 0; }
  bool is_full() const { return count_ >= issues_max_; }

private:
  void add(Severity severity, std::string_view code, const Place& place, std::string message);

  IssueSink& issues_;
  size_t issues_max_, count_ = 0, errors_ = 0;
  std::unordered_set<std::string> known_;
};

}  // namespace xinglin::validation::detail
