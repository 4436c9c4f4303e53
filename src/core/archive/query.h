// A search over the studies, series and instances of the archive's index, for C-FIND and QIDO-RS. Keys match
// as PS3.4 C.2.2.2 says: single value, list of UID, universal, wildcard, range of date and time, sequence;
// person names without regard to case, in each of their groups. Every answer comes from indexed rows, never
// from an image file; counts are kept, not counted. All text is UTF-8. Search is thread-safe and holds
// nothing between calls: the cursor of a page carries row numbers only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "codec/dicom/data_set.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/sql/store.h"

namespace xinglin::archive {

inline constexpr ErrorCode kBadKey{"archive.bad-key", ErrorKind::Invalid,
                                   "the value of a search key cannot be understood"};
inline constexpr ErrorCode kBadCursor{"archive.bad-cursor", ErrorKind::Invalid,
                                      "the search cannot be continued from there"};
inline constexpr ErrorCode kTooManyKeys{"archive.too-many-keys", ErrorKind::TooLarge,
                                        "a search has too many keys or values"};

// Patient answers one row per Patient ID and issuer, with what the first of their studies says of them.
enum class Level { Patient, Study, Series, Instance };

struct SearchKey {
  dicom::Tag tag;
  std::string value = {};            // "" and "*" match everything; several values are joined by '\'
  std::vector<SearchKey> item = {};  // keys inside a sequence: some item must match all of them
};

enum class Fields {
  Keys,     // what the keys and `include` name (C-FIND)
  Default,  // those and what PS3.18 10.6.3.3 lists for the level
  All,      // everything the index holds of the level
};

struct Query {
  Level level = Level::Study;
  std::vector<SearchKey> keys;
  std::vector<dicom::Tag> include;
  Fields fields = Fields::Default;
  bool fuzzy = false;              // a component of a name may be given by its beginning
  bool combined_datetime = false;  // date and time keys of one event are one range (PS3.4 C.2.2.2.5.3)
  int64_t limit = 100;             // rows wanted; cut to SearchLimits::rows_max
  int64_t offset = 0;              // matches to skip; for deep paging use the cursor
  std::string after;               // Page::next of the page before
};

struct Page {
  std::vector<json::object> rows;  // DICOM JSON (PS3.18 F); absent attributes are left out
  std::string next;                // "" when there is nothing behind this page
  // True when candidates_max was reached before `limit`: the page is short, and `next` goes on.
  bool short_of_limit = false;
  std::vector<dicom::Tag> not_matched;  // keys with a value that the index cannot match; they were ignored
};

struct SearchLimits {
  int64_t rows_max = 5000;           // of one page
  int64_t offset_max = 100'000;      // beyond it kTooManyKeys: use the cursor
  int64_t candidates_max = 100'000;  // index rows looked at for one page
  size_t keys_max = 256;             // in all, over sequences
  size_t values_max = 10'000;        // in the list of one key
};

// For other rooms that answer C-FIND from attributes they keep in DICOM JSON: are the keys within the limits
// and their dates and times readable (kBadKey, kTooManyKeys), and do the attributes match all of them?
Result<void> check_keys(const std::vector<SearchKey>& keys, const SearchLimits& limits = {});
bool matches_attributes(const json::object& attributes, const std::vector<SearchKey>& keys, bool fuzzy);

class Search {
public:
  Search(sql::Store& store, trust::AuditLog& audit, SearchLimits limits = {})
      : store_(store), audit_(audit), limits_(limits) {}
  // Access needs ReadClinical. Studies come newest first unless a key with an index of its own leads: then in
  // the order of that index. The order is the same for every page of one search. Audited once per page.
  Result<Page> run(const trust::Access& access, const Query& query);

private:
  sql::Store& store_;
  trust::AuditLog& audit_;
  SearchLimits limits_;
};

}  // namespace xinglin::archive
