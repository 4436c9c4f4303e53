// When two items are equal (=) or equivalent (~): FHIRPath 2.0 section 6.1. Complex elements are compared
// member by member.
#include <algorithm>
#include <unordered_map>

#include "base/json_text.h"
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/detail/unicode.h"

namespace xinglin::fhirpath::detail {
namespace {

bool is_number(const Value& v) {
  return v.kind() == Kind::Integer || v.kind() == Kind::Decimal;
}
bool is_date(const Value& v) {
  return v.kind() == Kind::Date || v.kind() == Kind::DateTime;
}
bool is_quantity(const Value& v) {
  return v.kind() == Kind::Quantity ||
         (v.is_element() && v.object() != nullptr && is_a(v.type(), "Quantity"));
}
Decimal number_of(const Value& v) {
  return v.kind() == Kind::Integer ? Decimal(v.raw_integer()) : v.raw_decimal();
}

std::string folded(std::string_view text) {
  std::string out;
  bool in_blank = false;
  for (const char c : to_lower(text)) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_blank)
      out.push_back(c);
    else if (!in_blank)
      out.push_back(' ');
    in_blank = is_blank;
  }
  return out;
}

size_t members_of(const json::object& o) {
  return static_cast<size_t>(std::count_if(o.begin(), o.end(), [](const auto& m) {
    return !json::is_kept({m.key().data(), m.key().size()});
  }));
}

enum class Way { Equal, Equivalent };

bool same_json(Machine& m, const json::value& a, const json::value& b, Way way);

bool same_numbers(const json::value& a, const json::value& b, Way way) {
  const auto x = Value::element(&a, kUnknownType).as_decimal(),
             y = Value::element(&b, kUnknownType).as_decimal();
  if (!x || !y) return false;
  if (way == Way::Equal) return *x == *y;
  const int scale = std::min(x->scale(), y->scale());
  return x->rounded(scale, Decimal::Rounding::HalfUp) == y->rounded(scale, Decimal::Rounding::HalfUp);
}

bool same_objects(Machine& m, const json::object& a, const json::object& b, Way way) {
  if (members_of(a) != members_of(b)) return false;
  for (const auto& member : a) {
    if (json::is_kept({member.key().data(), member.key().size()})) continue;
    const json::value* other = b.if_contains(member.key());
    if (other == nullptr || !same_json(m, member.value(), *other, way)) return false;
  }
  return true;
}

bool same_lists(Machine& m, const json::array& a, const json::array& b, Way way) {
  if (a.size() != b.size()) return false;
  if (way == Way::Equal)
    return std::equal(a.begin(), a.end(), b.begin(),
                      [&](const auto& x, const auto& y) { return same_json(m, x, y, way); });
  std::vector<bool> taken(b.size());
  return std::all_of(a.begin(), a.end(), [&](const json::value& x) {
    for (size_t i = 0; i < b.size(); ++i)
      if (!taken[i] && same_json(m, x, b[i], way)) {
        taken[i] = true;
        return true;
      }
    return false;
  });
}

bool same_json(Machine& m, const json::value& a, const json::value& b, Way way) {
  if (!m.spend()) return false;
  if (a.is_object() && b.is_object()) return same_objects(m, a.get_object(), b.get_object(), way);
  if (a.is_array() && b.is_array()) return same_lists(m, a.get_array(), b.get_array(), way);
  if (a.is_string() && b.is_string())
    return way == Way::Equal ? a.get_string() == b.get_string()
                             : folded(a.get_string()) == folded(b.get_string());
  if (a.is_number() && b.is_number()) return same_numbers(a, b, way);
  return a == b;
}

bool same_elements(Machine& m, const Value& a, const Value& b, Way way) {
  const json::value* x = a.json();
  const json::value* y = b.json();
  if (x != nullptr && y != nullptr) return x == y || same_json(m, *x, *y, way);
  if (x != nullptr || y != nullptr) return false;
  const json::object* p = a.companion();
  const json::object* q = b.companion();
  if (p == nullptr || q == nullptr) return p == q && a.type() == b.type();
  return p == q || same_objects(m, *p, *q, way);
}

Truth equal_system(Machine& m, const Value& a, const Value& b) {
  if (is_number(a) && is_number(b)) {
    if (a.kind() == Kind::Integer && b.kind() == Kind::Integer)
      return truth_of(a.raw_integer() == b.raw_integer());
    return truth_of(number_of(a) == number_of(b));
  }
  if (is_quantity(a) || is_quantity(b)) {
    const auto x = quantity_of(a), y = quantity_of(b);
    return x && y ? equal_quantities(m, *x, *y) : Truth::False;
  }
  if (a.is_element() || b.is_element()) return Truth::False;
  if (is_date(a) && is_date(b)) {
    const auto order = compare_dates(a.raw_temporal(), b.raw_temporal());
    return order ? truth_of(*order == 0) : Truth::Empty;
  }
  if (a.kind() != b.kind()) return Truth::False;
  switch (a.kind()) {
    case Kind::Boolean:
      return truth_of(a.raw_boolean() == b.raw_boolean());
    case Kind::String:
      return truth_of(a.raw_string() == b.raw_string());
    case Kind::TypeInfo:
      return truth_of(a.described() == b.described());
    case Kind::Time: {
      const auto order = compare_times(a.raw_temporal(), b.raw_temporal());
      return order ? truth_of(*order == 0) : Truth::Empty;
    }
    default:
      return Truth::False;
  }
}

uint64_t mixed(uint64_t a, uint64_t b) {
  return (a ^ (b + 0x9E3779B97F4A7C15ULL + (a << 6) + (a >> 2))) * 0xFF51AFD7ED558CCDULL;
}
uint64_t hash_text(std::string_view text) {
  return std::hash<std::string_view>()(text);
}
uint64_t hash_number(const Decimal& d) {
  return hash_text(d.is_zero() ? "0" : d.trimmed().text());
}

uint64_t hash_json(const json::value& v, int depth) {
  if (v.is_string()) return hash_text(v.get_string());
  if (v.is_bool()) return v.get_bool() ? 1 : 2;
  if (const json::array* list = v.if_array()) return mixed(3, list->size());
  const json::object* object = v.if_object();
  if (object == nullptr || depth == 0) return 4;
  uint64_t sum = members_of(*object);  // members have no order
  for (const auto& member : *object) {
    const std::string_view key(member.key().data(), member.key().size());
    if (!json::is_kept(key)) sum += mixed(hash_text(key), hash_json(member.value(), depth - 1));
  }
  return sum;
}

}  // namespace

Truth equal_items(Machine& m, const Value& a, const Value& b) {
  if (!m.spend()) return Truth::Failed;
  const Value x = to_system(m, a), y = to_system(m, b);
  if (x.is_element() && y.is_element()) {
    if (same_elements(m, x, y, Way::Equal)) return m.has_failed() ? Truth::Failed : Truth::True;
    if (m.has_failed()) return Truth::Failed;
    if (!is_quantity(x) || !is_quantity(y)) return Truth::False;
  }
  return equal_system(m, x, y);
}

bool equivalent_items(Machine& m, const Value& a, const Value& b) {
  const Value x = to_system(m, a), y = to_system(m, b);
  if (!m.spend()) return false;
  if (x.kind() == Kind::String && y.kind() == Kind::String)
    return x.raw_string() == y.raw_string() || folded(x.raw_string()) == folded(y.raw_string());
  if (is_number(x) && is_number(y)) {
    const Decimal p = number_of(x), q = number_of(y);
    const int scale = std::min(p.trimmed().scale(), q.trimmed().scale());
    return p.rounded(scale, Decimal::Rounding::HalfUp) == q.rounded(scale, Decimal::Rounding::HalfUp);
  }
  if (is_quantity(x) || is_quantity(y)) {
    const auto p = quantity_of(x), q = quantity_of(y);
    if (p && q) return equivalent_quantities(m, *p, *q);
  }
  if (x.is_element() && y.is_element()) return same_elements(m, x, y, Way::Equivalent);
  return equal_system(m, x, y) == Truth::True;
}

Truth equal(Machine& m, std::span<const Value> a, std::span<const Value> b) {
  if (a.empty() || b.empty()) return Truth::Empty;
  if (a.size() != b.size()) return Truth::False;
  Truth all = Truth::True;
  for (size_t i = 0; i < a.size(); ++i) {
    const Truth one = equal_items(m, a[i], b[i]);
    if (one == Truth::False || one == Truth::Failed) return one;
    if (one == Truth::Empty) all = Truth::Empty;
  }
  return all;
}

Truth equivalent(Machine& m, std::span<const Value> a, std::span<const Value> b) {
  if (a.size() != b.size()) return Truth::False;
  std::vector<bool> taken(b.size());
  for (const Value& item : a) {
    size_t i = 0;
    while (i < b.size() && (taken[i] || !equivalent_items(m, item, b[i]))) ++i;
    if (m.has_failed()) return Truth::Failed;
    if (i == b.size()) return Truth::False;
    taken[i] = true;
  }
  return Truth::True;
}

uint64_t hash_item(Machine& m, const Value& v) {
  const Value x = to_system(m, v);
  switch (x.kind()) {
    case Kind::String:
      return hash_text(x.raw_string());
    case Kind::Integer:
      return hash_number(Decimal(x.raw_integer()));
    case Kind::Decimal:
      return hash_number(x.raw_decimal());
    case Kind::Boolean:
      return x.raw_boolean() ? 1 : 2;
    case Kind::Element:
      break;
    default:
      return 5;  // equal ones may be written in many ways
  }
  constexpr int kDepth = 4;
  return is_quantity(x) || x.json() == nullptr ? 5 : hash_json(*x.json(), kDepth);
}

bool is_in(Machine& m, const Value& item, std::span<const Value> items) {
  return std::any_of(items.begin(), items.end(),
                     [&](const Value& other) { return equal_items(m, item, other) == Truth::True; });
}

bool make_distinct(Machine& m, size_t base) {
  constexpr size_t kFew = 16;
  const size_t items = m.count(base);
  size_t kept = base;
  const bool many = items > kFew;
  std::unordered_multimap<uint64_t, size_t> seen;  // by hash, when there are many
  for (size_t i = base; i < base + items; ++i) {
    const Value item = m.at(i);
    bool is_new = true;
    if (many) {
      const uint64_t hash = hash_item(m, item);
      const auto [first, last] = seen.equal_range(hash);
      is_new = std::none_of(first, last, [&](const auto& other) {
        return equal_items(m, item, m.at(other.second)) == Truth::True;
      });
      if (is_new) seen.emplace(hash, kept);
    } else {
      is_new = !is_in(m, item, m.from(base).first(kept - base));
    }
    if (m.has_failed()) return false;
    if (is_new) m.at(kept++) = item;
  }
  m.pop_to(kept);
  return true;
}

}  // namespace xinglin::fhirpath::detail
