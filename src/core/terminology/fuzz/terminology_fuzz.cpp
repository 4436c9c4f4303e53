// What comes from outside: lists of codes, CodeSystems and ValueSets as JSON, regular expressions of filters.
// What is accepted can be packed and asked.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/terminology/detail/code_list.h"
#include "core/terminology/detail/pack_writer.h"
#include "core/terminology/detail/pattern.h"
#include "core/terminology/detail/read_resource.h"
#include "core/terminology/detail/views.h"

namespace xinglin::terminology::detail {
namespace {

void ask(const SystemDraft& draft) {
  PackWriter writer;
  writer.add(draft);
  auto pack = std::make_shared<const Pack>(writer.finish());
  const SystemRecord* record = pack->all<SystemRecord>(Section::Systems).data();
  const SystemView view{{std::move(pack), record}};
  for (uint32_t place = 0; place < view.size(); ++place) {
    if (view.find(view.text(view.at(place).code)) == kNone) std::abort();
    if (!view.is_a(place, place)) std::abort();
    static_cast<void>(view.at_or_above(place));
  }
}

void fuzz(std::string_view text) {
  if (const auto pattern = Pattern::read(text)) static_cast<void>(pattern->matches(text));
  if (text.size() > 64 * 1024) return;
  static_cast<void>(read_code_list(text, ListFormat::Guess));
  const auto value = json::parse(text);
  if (!value || !value->is_object()) return;
  if (const auto draft = read_system(value->get_object())) ask(*draft);
  PackWriter writer;
  if (const auto draft = read_set(value->get_object())) writer.add(*draft);
  if (const auto draft = read_map(value->get_object())) writer.add(*draft);
  static_cast<void>(writer.finish());
}

}  // namespace
}  // namespace xinglin::terminology::detail

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  xinglin::terminology::detail::fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
