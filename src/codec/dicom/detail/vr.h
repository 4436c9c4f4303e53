// What the reader and writer must know of each value representation (PS3.5 6.2 and 7.1.2). Private to
// codec/dicom.
#pragma once

#include <string_view>

namespace xinglin::dicom::detail {

struct VrInfo {
  char name[3];
  bool long_length;  // explicit VR: two reserved bytes and a 32-bit length
  bool text;         // padded with spaces
  bool charset;      // its characters follow (0008,0005)
  bool multi;        // text split by '\'
  int unit;          // bytes of one number, for byte swapping; 1 when there is none
};

inline constexpr VrInfo kVrs[] = {
    {"AE", false, true, false, true, 1},   {"AS", false, true, false, true, 1},
    {"AT", false, false, false, false, 2}, {"CS", false, true, false, true, 1},
    {"DA", false, true, false, true, 1},   {"DS", false, true, false, true, 1},
    {"DT", false, true, false, true, 1},   {"FD", false, false, false, false, 8},
    {"FL", false, false, false, false, 4}, {"IS", false, true, false, true, 1},
    {"LO", false, true, true, true, 1},    {"LT", false, true, true, false, 1},
    {"OB", true, false, false, false, 1},  {"OD", true, false, false, false, 8},
    {"OF", true, false, false, false, 4},  {"OL", true, false, false, false, 4},
    {"OV", true, false, false, false, 8},  {"OW", true, false, false, false, 2},
    {"PN", false, true, true, true, 1},    {"SH", false, true, true, true, 1},
    {"SL", false, false, false, false, 4}, {"SQ", true, false, false, false, 1},
    {"SS", false, false, false, false, 2}, {"ST", false, true, true, false, 1},
    {"SV", true, false, false, false, 8},  {"TM", false, true, false, true, 1},
    {"UC", true, true, true, true, 1},     {"UI", false, true, false, true, 1},
    {"UL", false, false, false, false, 4}, {"UN", true, false, false, false, 1},
    {"UR", true, true, false, false, 1},   {"US", false, false, false, false, 2},
    {"UT", true, true, true, false, 1},    {"UV", true, false, false, false, 8},
};

// nullptr when the two letters are not a VR of the standard.
inline const VrInfo* find_vr(std::string_view name) {
  for (const VrInfo& vr : kVrs)
    if (name.size() == 2 && vr.name[0] == name[0] && vr.name[1] == name[1]) return &vr;
  return nullptr;
}

}  // namespace xinglin::dicom::detail
