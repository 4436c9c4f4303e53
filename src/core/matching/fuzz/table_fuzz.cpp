// Tables of people, packed traits and Patients of any content: no crash, and bounded work.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/matching/blocking.h"
#include "core/matching/compare.h"
#include "core/matching/table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin::matching;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Traits loose = unpack(text);
  (void)keys_of(loose);
  (void)compare(loose, unpack(pack(loose)));
  if (const auto table = read_table(text))
    for (const Row& row : table->rows) (void)compare(row.traits, loose);
  if (const auto json = xinglin::json::parse(text); json && json->is_object())
    (void)keys_of(traits_of_patient(json->get_object()));
  return 0;
}
