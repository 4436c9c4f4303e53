// Dates and telephone numbers as people write them, in one form. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace xinglin::matching {

// YYYYMMDD, YYYYMM or YYYY; "" when it is no date. Takes 1959-03-14, 1959/3/14, 19590314, 14.03.1959,
// 1959年3月14日, 14 Mar 1959, and what carries a time. Of 3/4/1959 the day comes first unless that cannot be.
std::string plain_date(std::string_view text);

// Digits only, without the country code of China and without the zero of long distance; "" when there are
// fewer than five. Another country's code stays.
std::string plain_phone(std::string_view text);

}  // namespace xinglin::matching
