#include "core/record/detail/walk.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "codec/fhir/reference.h"

namespace xinglin::record::detail {
namespace {

constexpr std::pair<std::string_view, Shape> kShapes[] = {
    {"boolean", Shape::Boolean},
    {"code", Shape::Code},
    {"string", Shape::Code},
    {"id", Shape::Code},
    {"markdown", Shape::Code},
    {"uri", Shape::Uri},
    {"url", Shape::Uri},
    {"canonical", Shape::Uri},
    {"oid", Shape::Uri},
    {"uuid", Shape::Uri},
    {"integer", Shape::Number},
    {"decimal", Shape::Number},
    {"positiveInt", Shape::Number},
    {"unsignedInt", Shape::Number},
    {"date", Shape::Time},
    {"dateTime", Shape::Time},
    {"instant", Shape::Time},
    {"Coding", Shape::Coding},
    {"CodeableConcept", Shape::CodeableConcept},
    {"Identifier", Shape::Identifier},
    {"ContactPoint", Shape::ContactPoint},
    {"Quantity", Shape::Quantity},
    {"Age", Shape::Quantity},
    {"Duration", Shape::Quantity},
    {"Count", Shape::Quantity},
    {"Distance", Shape::Quantity},
    {"Money", Shape::Money},
    {"Range", Shape::Range},
    {"Reference", Shape::Reference},
    {"Period", Shape::Period},
    {"Timing", Shape::Timing},
    {"HumanName", Shape::HumanName},
    {"Address", Shape::Address},
    {"Extension", Shape::Extension},
    {"Resource", Shape::Resource},
};

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// A place the walk may have reached.
struct State {
  std::vector<Step> steps;
  fhir::Element at;  // where the children are
  std::string type;  // FHIR type of the value
  bool repeats = false;
  std::string text;
};
using States = std::vector<State>;

class Parser {
public:
  Parser(std::string_view type, std::string_view text, const fhir::Element* start)
      : type_(type), text_(text), start_(start) {}

  Walk parse() {
    Walk out;
    const size_t exists = text_.find(".exists() and ");
    if (exists != std::string_view::npos && text_.find("!= false") != std::string_view::npos) {
      out.exists_not_false = true;
      text_ = text_.substr(0, exists);
    }
    States states = any_of();
    skip_spaces();
    if (failed_ || at_ < text_.size()) out.not_understood = std::string(text_.substr(at_));
    for (State& state : states)
      out.branches.push_back(
          {std::move(state.steps), shape_of(state.type), state.repeats, std::move(state.text)});
    return out;
  }

private:
  States any_of() {
    States out = one();
    while (accept('|')) {
      States more = one();
      std::move(more.begin(), more.end(), std::back_inserter(out));
    }
    return out;
  }

  States one() {
    States states;
    if (accept('(')) {
      states = any_of();
      expect(')');
    } else {
      states = first();
    }
    while (!failed_) {
      if (accept('.')) {
        step(states, name());
      } else if (accept('[')) {
        index(states);
      } else if (accept_word("as")) {
        only_type(states, name());
      } else {
        break;
      }
    }
    return states;
  }

  // The type the expression begins with; from an element on, its first member.
  States first() {
    if (accept('%')) {
      if (name() != "resource") failed_ = true;
      return root();
    }
    if (start_) {
      States states{{{}, *start_, {}, false, {}}};
      step(states, name());
      return states;
    }
    const std::string_view type = name();
    if (type == type_ || type == "Resource" || type == "DomainResource") return root();
    if (type.empty() || std::isupper(static_cast<unsigned char>(type.front()))) return {};
    States states = root();  // written without the type
    step(states, type);
    return states;
  }
  States root() const { return {{{}, fhir::find_type(type_).root(), std::string(type_), false, {}}}; }

  void step(States& states, std::string_view member) {
    if (!accept('(')) return go(states, member);
    const std::string_view argument = up_to_closing();
    if (member == "as" || member == "ofType") return only_type(states, argument);
    if (member == "extension") {
      go(states, "extension");
      return filter(states, {Step::Op::Where, "url", unquoted(argument)});
    }
    if (member == "where") return where(states, argument);
    failed_ = true;
  }

  void where(States& states, std::string_view argument) {
    constexpr std::string_view kResolves = "resolve() is ", kHas = "hasExtension(";
    if (argument.starts_with(kResolves))
      return filter(states, {Step::Op::ResolvesTo, "", std::string(argument.substr(kResolves.size()))});
    if (argument.starts_with(kHas)) {
      argument.remove_prefix(kHas.size());
      argument.remove_suffix(1);
      return filter(states, {Step::Op::HasExtension, "", unquoted(argument)});
    }
    const size_t equal = argument.find('=');
    if (equal == std::string_view::npos) {
      failed_ = true;
      return;
    }
    std::string_view field = argument.substr(0, equal);
    while (field.ends_with(' ')) field.remove_suffix(1);
    filter(states, {Step::Op::Where, std::string(field), unquoted(argument.substr(equal + 1))});
  }

  static void filter(States& states, const Step& step) {
    for (State& state : states) {
      state.steps.push_back(step);
      state.text += "{" + std::to_string(static_cast<int>(step.op)) + step.name + "=" + step.value + "}";
    }
  }

  void go(States& states, std::string_view member) {
    States out;
    for (const State& state : states) {
      const fhir::Member found = state.at.find(member);
      if (!found) continue;
      if (!found.element.is_choice()) {
        out.push_back(moved(state, std::string(member), found, found.type ? found.type.code() : ""));
        continue;
      }
      for (const fhir::TypeUse& type : found.element.types()) {
        std::string key = std::string(member) + std::string(type.code());
        key[member.size()] = static_cast<char>(std::toupper(static_cast<unsigned char>(key[member.size()])));
        if (const fhir::Member chosen = state.at.find(key))
          out.push_back(moved(state, std::move(key), chosen, type.code()));
      }
    }
    if (out.empty() && !states.empty()) failed_ = true;
    states = std::move(out);
  }

  static State moved(State state, std::string key, const fhir::Member& to, std::string_view type) {
    state.at = to.content();
    state.type = type;
    state.repeats = state.repeats || to.element.is_array();
    state.text += (state.text.empty() ? "" : ".") + key;
    state.steps.push_back({Step::Op::Member, std::move(key), "", -1});
    return state;
  }

  static void only_type(States& states, std::string_view type) {
    std::erase_if(states, [&](const State& state) { return !same_ignoring_case(state.type, type); });
  }

  void index(States& states) {
    int n = 0;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])))
      n = n * 10 + (text_[at_++] - '0');
    expect(']');
    for (State& state : states) {
      state.steps.back().index = n;
      state.text += "[" + std::to_string(n) + "]";
    }
  }

  static std::string unquoted(std::string_view text) {
    const size_t first = text.find('\''), last = text.rfind('\'');
    return first == last ? std::string() : std::string(text.substr(first + 1, last - first - 1));
  }

  std::string_view up_to_closing() {
    const size_t begin = at_;
    for (int depth = 1; at_ < text_.size(); ++at_) {
      if (text_[at_] == '(') ++depth;
      if (text_[at_] == ')' && --depth == 0) return text_.substr(begin, at_++ - begin);
    }
    failed_ = true;
    return {};
  }
  void skip_spaces() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool accept(char c) {
    skip_spaces();
    if (failed_ || at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) { failed_ = !accept(c) || failed_; }
  bool accept_word(std::string_view word) {
    skip_spaces();
    if (failed_ || text_.substr(at_, word.size()) != word) return false;
    if (at_ + word.size() < text_.size() && is_name_character(text_[at_ + word.size()])) return false;
    at_ += word.size();
    return true;
  }
  std::string_view name() {
    skip_spaces();
    const size_t begin = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    if (at_ == begin) failed_ = true;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view type_, text_;
  const fhir::Element* start_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

Shape shape_of(std::string_view fhir_type) {
  for (const auto& [name, shape] : kShapes)
    if (name == fhir_type) return shape;
  return Shape::Other;
}

bool Walk::repeats() const {
  if (std::any_of(branches.begin(), branches.end(), [](const Branch& b) { return b.repeats; })) return true;
  // Of several branches only one gives a value when they are the types of one choice.
  const auto choice = [](const Branch& b) {
    return b.steps.size() == 1 ? b.text.substr(0, b.text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
                               : b.text;
  };
  return branches.size() > 1 && std::any_of(branches.begin(), branches.end(), [&](const Branch& b) {
           return choice(b) != choice(branches.front()) || b.steps.size() != 1;
         });
}

bool Walk::has_uri() const {
  return std::any_of(branches.begin(), branches.end(), [](const Branch& b) { return b.shape == Shape::Uri; });
}

Walk compile_walk(std::string_view type, std::string_view expression) {
  return Parser(type, expression, nullptr).parse();
}

Walk compile_walk_from(std::string_view type, const fhir::Element& start, std::string_view expression) {
  return Parser(type, expression, &start).parse();
}

fhir::Element element_of(std::string_view type, const Branch& branch) {
  fhir::Element at = fhir::find_type(type).root();
  for (const Step& step : branch.steps)
    if (step.op == Step::Op::Member) at = at.find(step.name).content();
  return at;
}

std::string_view type_of_reference(const json::value& reference) {
  const json::object* object = reference.if_object();
  if (!object) return {};
  if (const auto type = json::find_string(*object, "resourceType")) return *type;  // the resource itself
  const auto text = json::find_string(*object, "reference");
  if (!text) return {};
  const auto parsed = fhir::parse_reference(*text);
  if (!parsed || parsed->type.empty()) return {};
  const size_t at = text->rfind(parsed->type + "/");
  return at == std::string_view::npos ? std::string_view() : text->substr(at, parsed->type.size());
}

}  // namespace xinglin::record::detail
