// RFC 6902 with the pointers of RFC 6901.
#include <charconv>
#include <span>

#include "base/json_text.h"
#include "core/record/detail/patch_steps.h"

namespace xinglin::record {
namespace detail {

void erase_member(json::object& owner, std::string_view key) {
  owner.stable_erase(key);
  owner.stable_erase(json::kept_key(key));
}

void set_member(json::object& owner, std::string_view key, json::value value, const json::value* kept) {
  const json::value text = kept ? *kept : json::value();  // may lie in what is about to change
  owner.stable_erase(json::kept_key(key));
  owner[key] = std::move(value);
  if (kept) owner[json::kept_key(key)] = text;
}

bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.kind() != b.kind()) return false;
  if (const json::array* items = a.if_array()) {
    const json::array& others = b.get_array();
    if (items->size() != others.size()) return false;
    for (size_t i = 0; i < items->size(); ++i)
      if (!equal((*items)[i], others[i])) return false;
    return true;
  }
  if (const json::object* members = a.if_object()) {
    const json::object& others = b.get_object();
    const auto shown = [](const json::object& o) {
      size_t count = 0;
      for (const auto& member : o) count += json::is_kept(member.key()) ? 0 : 1;
      return count;
    };
    if (shown(*members) != shown(others)) return false;
    for (const auto& member : *members) {
      if (json::is_kept(member.key())) continue;
      const json::value* other = others.if_contains(member.key());
      if (!other || !equal(member.value(), *other)) return false;
    }
    return true;
  }
  return a == b;
}

namespace {

enum class Op { Add, Remove, Replace, Move, Copy, Test };
using Pointer = std::vector<std::string>;

struct Step {
  Op op = Op::Add;
  Pointer path, from;
  json::object given;  // "value", with the text of its decimal
  std::string shown;   // "operation 3 (replace /name/0)"
};

std::optional<Op> op_of(std::string_view name) {
  if (name == "add") return Op::Add;
  if (name == "remove") return Op::Remove;
  if (name == "replace") return Op::Replace;
  if (name == "move") return Op::Move;
  if (name == "copy") return Op::Copy;
  if (name == "test") return Op::Test;
  return std::nullopt;
}

std::optional<Pointer> parse_pointer(std::string_view text) {
  Pointer out;
  if (text.empty()) return out;
  if (text.front() != '/') return std::nullopt;
  while (!text.empty()) {
    text.remove_prefix(1);
    const size_t end = std::min(text.find('/'), text.size());
    std::string token;
    for (size_t i = 0; i < end; ++i) {
      if (text[i] != '~') {
        token += text[i];
        continue;
      }
      if (++i >= end || (text[i] != '0' && text[i] != '1')) return std::nullopt;
      token += text[i] == '0' ? '~' : '/';
    }
    if (json::is_kept(token)) return std::nullopt;
    out.push_back(std::move(token));
    text.remove_prefix(end);
  }
  return out;
}

std::optional<size_t> index_of(const std::string& token, size_t size) {
  size_t out = 0;
  const auto [end, ec] = std::from_chars(token.data(), token.data() + token.size(), out);
  const bool whole = ec == std::errc() && end == token.data() + token.size();
  if (!whole || (token.size() > 1 && token[0] == '0') || out >= size) return std::nullopt;
  return out;
}

// A place in the document: the value that holds it, and its name there. No holder: the document itself.
struct Place {
  json::value* holder = nullptr;
  std::string name;
};

class Applier {
public:
  explicit Applier(json::value& root) : root_(root) {}

  bool apply(const Step& step) {
    switch (step.op) {
      case Op::Add:
        return add(step.path, step.given.at("value"), step.given.if_contains(json::kept_key("value")));
      case Op::Remove:
        return take(step.path).has_value();
      case Op::Replace:
        return replace(step);
      case Op::Move:
      case Op::Copy:
        return transfer(step);
      case Op::Test: {
        const json::value* found = find(step.path);
        return found && equal(*found, step.given.at("value"));
      }
    }
    return false;
  }

private:
  struct Taken {
    json::value value;
    std::optional<json::value> kept;
  };

  json::value* child(json::value& holder, const std::string& name) {
    if (json::object* object = holder.if_object()) return object->if_contains(name);
    if (json::array* array = holder.if_array())
      if (const auto index = index_of(name, array->size())) return &(*array)[*index];
    return nullptr;
  }
  json::value* find(std::span<const std::string> path) {
    json::value* at = &root_;
    for (const std::string& name : path) {
      at = child(*at, name);
      if (!at) return nullptr;
    }
    return at;
  }
  json::value* holder_of(const Pointer& path) {
    return path.empty() ? nullptr : find(std::span(path).first(path.size() - 1));
  }

  bool add(const Pointer& path, json::value value, const json::value* kept) {
    if (path.empty()) {
      root_ = std::move(value);
      return true;
    }
    json::value* holder = holder_of(path);
    if (!holder) return false;
    if (json::object* object = holder->if_object()) {
      set_member(*object, path.back(), std::move(value), kept);
      return true;
    }
    json::array* array = holder->if_array();
    if (!array) return false;
    const auto index = path.back() == "-" ? array->size() : index_of(path.back(), array->size() + 1);
    if (!index) return false;
    array->insert(array->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return true;
  }

  std::optional<Taken> take(const Pointer& path) {
    json::value* holder = holder_of(path);
    json::value* found = holder ? child(*holder, path.back()) : nullptr;
    if (!found) return std::nullopt;
    Taken out{std::move(*found), std::nullopt};
    if (json::object* object = holder->if_object()) {
      if (const json::value* kept = object->if_contains(json::kept_key(path.back()))) out.kept = *kept;
      erase_member(*object, path.back());
    } else {
      json::array& array = holder->get_array();
      array.erase(array.begin() + static_cast<std::ptrdiff_t>(*index_of(path.back(), array.size())));
    }
    return out;
  }

  bool replace(const Step& step) {
    if (!find(step.path)) return false;
    const json::value* kept = step.given.if_contains(json::kept_key("value"));
    json::value* holder = holder_of(step.path);
    if (holder && holder->is_array()) {
      *find(step.path) = step.given.at("value");
      return true;
    }
    return add(step.path, step.given.at("value"), kept);
  }

  bool transfer(const Step& step) {
    if (step.op == Op::Move) {
      const bool into_itself = step.path.size() > step.from.size() &&
                               std::equal(step.from.begin(), step.from.end(), step.path.begin());
      if (into_itself || step.from.empty()) return false;
      if (step.path == step.from) return find(step.from) != nullptr;
      std::optional<Taken> taken = take(step.from);
      return taken && add(step.path, std::move(taken->value), taken->kept ? &*taken->kept : nullptr);
    }
    const json::value* found = find(step.from);
    if (!found) return false;
    const json::value* holder = holder_of(step.from);
    const json::value* kept = nullptr;
    if (holder && holder->is_object())
      kept = holder->get_object().if_contains(json::kept_key(step.from.back()));
    return add(step.path, json::value(*found), kept);
  }

  json::value& root_;
};

struct JsonPatch : Patch::Steps {
  std::vector<Step> steps;

  Result<void> apply(json::value& resource) const override {
    Applier applier(resource);
    for (const Step& step : steps)
      if (!applier.apply(step))
        return Error(kPatchFailed, step.shown + (step.op == Op::Test ? " does not hold"
                                                                     : " names a place that is not there"));
    return {};
  }
};

Result<Step> read_step(json::value& given, size_t number) {
  const std::string place = "operation " + std::to_string(number);
  if (!given.is_object()) return Error(kBadPatch, place + " must be an object");
  Step step;
  step.given = std::move(given.get_object());
  const std::string name(json::find_string(step.given, "op").value_or(""));
  const auto op = op_of(name);
  if (!op) return Error(kBadPatch, place + ": op is one of add, remove, replace, move, copy, test");
  step.op = *op;
  const auto path = json::find_string(step.given, "path");
  const auto pointer = path ? parse_pointer(*path) : std::nullopt;
  if (!pointer) return Error(kBadPatch, place + ": path must be a JSON pointer");
  step.path = *pointer;
  if (step.op == Op::Move || step.op == Op::Copy) {
    const auto from = json::find_string(step.given, "from");
    const auto source = from ? parse_pointer(*from) : std::nullopt;
    if (!source) return Error(kBadPatch, place + ": from must be a JSON pointer");
    step.from = *source;
  } else if (step.op != Op::Remove && !step.given.contains("value")) {
    return Error(kBadPatch, place + ": " + name + " needs a value");
  }
  step.shown = place + " (" + name + " " + std::string(path->substr(0, 200)) + ")";
  return step;
}

}  // namespace

Result<std::shared_ptr<const Patch::Steps>> read_json_patch(json::value operations) {
  json::array* list = operations.if_array();
  if (!list) return Error(kBadPatch, "a JSON Patch is an array of operations");
  if (list->size() > kPatchStepsMax) return Error(kBadPatch, "more than 1000 operations in one patch");
  auto out = std::make_shared<JsonPatch>();
  for (json::value& one : *list) {
    XL_TRY(Step step, read_step(one, out->steps.size()));
    out->steps.push_back(std::move(step));
  }
  return std::shared_ptr<const Patch::Steps>(std::move(out));
}

}  // namespace detail

Result<Patch> Patch::of_json_patch(json::value operations) {
  XL_TRY(auto steps, detail::read_json_patch(std::move(operations)));
  return Patch(std::move(steps));
}

Result<json::object> Patch::apply(json::object resource) const {
  json::value root(std::move(resource));
  XL_CHECK(steps_->apply(root));
  if (!root.is_object()) return Error(kPatchFailed, "after the patch there is no resource left");
  return std::move(root.get_object());
}

}  // namespace xinglin::record
