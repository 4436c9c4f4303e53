#include "base/json_text.h"
#include "codec/fhirpath/evaluator.h"

namespace xinglin::fhirpath {
namespace {

// Depth first; `path` holds the way to `at` and is put back when nothing is found below it.
bool find_below(const json::value& at, const void* wanted, std::string& path) {
  if (&at == wanted) return true;
  const size_t length = path.size();
  if (const json::array* list = at.if_array()) {
    for (size_t i = 0; i < list->size(); ++i) {
      path.append("[").append(std::to_string(i)).append("]");
      if (find_below((*list)[i], wanted, path)) return true;
      path.resize(length);
    }
  } else if (const json::object* object = at.if_object()) {
    for (const auto& member : *object) {
      std::string_view key(member.key().data(), member.key().size());
      if (json::is_kept(key)) continue;
      if (key.starts_with('_')) key.remove_prefix(1);  // a primitive that has extensions only
      path.append(".").append(key);
      if (find_below(member.value(), wanted, path)) return true;
      path.resize(length);
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> locate(const json::value& root, const Value& item) {
  const json::object* companion = item.companion();
  const json::object* object = root.if_object();
  if (object == nullptr || (item.json() == nullptr && companion == nullptr)) return std::nullopt;
  std::string path(json::find_string(*object, "resourceType").value_or(""));
  const void* wanted = item.json() != nullptr ? item.json() : item.companion_json();
  if (!find_below(root, wanted, path)) return std::nullopt;
  return path.starts_with('.') ? path.substr(1) : path;
}

}  // namespace xinglin::fhirpath
