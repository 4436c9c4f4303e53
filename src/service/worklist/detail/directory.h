// The directory: short banners of patients and who is in which ward, kept in memory so that a list of
// hundreds of items costs no query per item. Read from the record as the house itself; Worklist checks and
// audits who is shown what. What the journal says has changed is read again before the next answer.
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "core/record/record.h"
#include "service/worklist/detail/fhir_view.h"
#include "store/journal/journal.h"

namespace xinglin::worklist::detail {

struct Banner {
  std::string id, name, name_local, mrn, birth_date, gender;
  std::string ward, bed;  // of the open encounter
  std::string encounter;  // id of the open encounter, "" when not present
  std::string admitted;   // FHIR time
  bool synthetic = false;
  bool active = true;       // false: merged into another
  std::string search_text;  // lower case: names and numbers, parted by newlines
  std::vector<std::string> numbers;
  bool present() const { return active && !encounter.empty(); }
  json::object document() const;
};
using BannerPtr = std::shared_ptr<const Banner>;  // shared: answers in the making outlive a refresh
using Banners = std::unordered_map<std::string, BannerPtr>;

class Directory {
public:
  Directory(record::Record& record, size_t banners_max) : record_(record), banners_max_(banners_max) {}

  void note(const journal::Event& event);
  // Those of the ids that exist.
  Result<Banners> banners(const std::vector<std::string>& ids);
  Result<BannerPtr> banner(const std::string& id);  // null: no such patient
  Result<std::vector<BannerPtr>> present();
  // Present or not: part of a name or start of a number; kTooMany when more than `most` are found.
  Result<std::vector<BannerPtr>> search(const std::string& text, size_t most);
  static bool matches(const Banner& banner, const std::string& lower_text);

private:
  struct Cached {
    BannerPtr banner;
    int64_t loaded = 0;  // of which load; an older load never replaces a younger one
  };
  Result<void> refresh();
  Result<Banners> load(const std::vector<std::string>& ids);
  Result<void> load_present();
  void put(const std::string& id, BannerPtr banner, int64_t load);

  record::Record& record_;
  const size_t banners_max_;
  std::mutex mutex_;                      // guards what follows; never held while reading the record
  std::map<std::string, int64_t> noted_;  // changed patients -> when noted, until read again
  int64_t notes_ = 0, loads_ = 0;
  std::unordered_map<std::string, Cached> banners_;
  std::set<std::string> present_;
  bool present_loaded_ = false;
};

}  // namespace xinglin::worklist::detail
