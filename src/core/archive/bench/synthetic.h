// Synthetic studies for measurements of scale: study number i is the same in every run, whatever was made
// before it. Nobody is meant by any name or number. A hospital group of 2,740 studies a day over ten years is
// imitated: dates rise with i, people come again, names follow the frequency of surnames, modalities their
// share of the work, UIDs those of forty devices. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/archive/detail/index.h"
#include "core/archive/detail/rows.h"

namespace xinglin::archive::synthetic {

inline constexpr int64_t kStudiesPerDay = 2740;

struct Entry {  // what intake hands to insert_instance()
  Index index;
  PatientId patient;
  Receipt receipt;
};

// Headers in DICOM JSON as intake keeps them: one whole data set per modality is read by read_index(), then
// only what differs from image to image is put in.
class Headers {
public:
  std::string json(const Index& index, const std::string& issuer_date);

private:
  struct Piece {
    std::string text;  // literal text before the field
    int field = -1;    // of kFields; -1: none, the end
  };
  const std::vector<Piece>& of(const std::string& modality);
  std::map<std::string, std::vector<Piece>> pieces_;
};

// The instances of study `i` in the order they come. `slices`: instances of each CT and MR series.
std::vector<Entry> study(int64_t i, int slices, Headers& headers);

}  // namespace xinglin::archive::synthetic
