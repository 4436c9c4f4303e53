// A list of codes as text, read into rows: which columns there are, what each line says, and for ICD-10 which
// code is below which. No I/O. Limits: kMaxRows, kMaxCodeBytes, kMaxTextBytes of one field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/terminology/detail/draft.h"
#include "core/terminology/loader.h"

namespace xinglin::terminology::detail {

inline constexpr size_t kMaxRows = 500'000, kMaxCodeBytes = 128, kMaxTextBytes = 16 * 1024;

struct CodeRow {
  size_t line = 0;
  std::string code, display, definition, parent;
  uint32_t flags = 0;  // ConceptFlag
  std::vector<Designation> designations;
  std::vector<ConceptProperty> properties;
};

struct CodeList {
  std::vector<CodeRow> rows;
  size_t lines = 0, refused = 0;
  std::vector<LoadProblem> problems;
};

// `text` is UTF-8 without a byte order mark.
Result<CodeList> read_code_list(std::string_view text, ListFormat format);

// The fields of one line, quotes taken off (RFC 4180); an error when a quote is not closed.
Result<std::vector<std::string>> fields_of(std::string_view line, char separator);

// --- ICD-10 (detail/icd10.cpp)
bool looks_like_icd10(std::string_view code);
// A line of a list that is not separated by commas: the WHO code file, the American order and code files.
bool read_icd10_line(std::string_view line, CodeRow& row);
// Takes dagger (+, U+2020) and asterisk marks off the code and keeps them as properties; puts the dot in its
// place.
void read_icd10_marks(CodeRow& row);
// Parents from prefixes and from blocks ("A00-A09").
void give_icd10_parents(std::vector<CodeRow>& rows);

}  // namespace xinglin::terminology::detail
