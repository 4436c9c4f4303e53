// Loads a code system from a file into the database: CSV lists (code, display, parent ...; Chinese headings
// too) and ICD-10 (WHO code lists, the American order and code files, Chinese lists of code and name), with
// dagger and asterisk and with the hierarchy that codes imply. Written in steps: a load that was stopped goes
// on where it was when it is run again with the same file; the same file again changes nothing. Lines that
// cannot be used are told with their number. One load of a code system at a time; a server may be running on
// the database.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/terminology/errors.h"
#include "store/sql/store.h"

namespace xinglin::terminology {

enum class ListFormat { Guess, Csv, Icd10 };

struct LoadSpec {
  std::string system, version, name;  // the canonical URL is needed
  ListFormat format = ListFormat::Guess;
  bool ignores_case = false;
};

struct LoadProblem {
  size_t line;  // from 1
  std::string text;
};

struct LoadReport {
  size_t lines = 0, concepts = 0, refused = 0;
  size_t resumed_at = 0;              // concepts that an earlier run had written
  bool was_loaded = false;            // this very file is loaded already
  std::vector<LoadProblem> problems;  // the first kMaxProblems of them
};
inline constexpr size_t kMaxProblems = 100;
inline constexpr size_t kMaxFileBytes = 256 << 20;

// Called after each step that is durable.
using LoadProgress = std::function<void(size_t done, size_t total)>;

// `bytes`: UTF-8, or GB 18030 as Chinese lists come.
Result<LoadReport> load(sql::Store& store, const Clock& clock, const LoadSpec& spec, std::string_view bytes,
                        const LoadProgress& progress = {});

struct LoadedSystem {
  std::string system, version, name;
  int64_t concepts = 0;
  bool finished = false;
};
Result<std::vector<LoadedSystem>> loaded_systems(sql::Store& store);
// kUnknownSystem when it is not there.
Result<void> unload(sql::Store& store, std::string_view system, std::string_view version);

}  // namespace xinglin::terminology
