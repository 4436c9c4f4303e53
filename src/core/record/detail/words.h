// Text as words for _text and _content: folded as string search folds, words of letters and digits; scripts
// without spaces (Chinese, Japanese, Korean) as pairs of neighbouring characters and the last one alone, so
// that any two characters in a row, and any single one by its beginning, are found. Pure. FHIR R4 3.1.1.4.16.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/json.h"

namespace xinglin::record::detail {

void collect_words(std::string_view text, std::set<std::string>& out);
// A condition of FTS5 that all words of the question hold; "" when it has none.
std::string words_wanted(std::string_view question);

struct ResourceWords {
  std::string narrative, content;  // each word once, separated by spaces
};
ResourceWords words_of(const json::object& resource);

}  // namespace xinglin::record::detail
