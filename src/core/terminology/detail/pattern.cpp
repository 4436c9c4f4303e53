#include "core/terminology/detail/pattern.h"

#include <memory>
#include <string>

#include "core/terminology/errors.h"

namespace xinglin::terminology::detail {

namespace {

constexpr size_t kPatternBytes = 1024;
constexpr size_t kStates = 8192;
constexpr int kDepth = 50;
constexpr uint32_t kRepeatMax = 200;

using ByteSet = std::bitset<256>;

struct Node;
using NodePointer = std::unique_ptr<Node>;
struct Node {
  enum class Kind : uint8_t { Bytes, Sequence, Choice, Repeat } kind = Kind::Sequence;
  ByteSet bytes;
  uint32_t min = 0, max = 0;  // of Repeat; max 0: without end
  std::vector<NodePointer> parts;
};

ByteSet range_of(int first, int last) {
  ByteSet out;
  for (int c = first; c <= last; ++c) out.set(static_cast<size_t>(c));
  return out;
}

ByteSet class_of(char letter) {
  const ByteSet digits = range_of('0', '9');
  switch (letter) {
    case 'd':
      return digits;
    case 'D':
      return ~digits;
    case 'w':
      return digits | range_of('a', 'z') | range_of('A', 'Z') | range_of('_', '_') | range_of(0x80, 0xff);
    case 'W':
      return ~class_of('w');
    case 's':
      return range_of('\t', '\r') | range_of(' ', ' ');
    case 'S':
      return ~class_of('s');
    case 'n':
      return range_of('\n', '\n');
    case 't':
      return range_of('\t', '\t');
    case 'r':
      return range_of('\r', '\r');
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(letter);
  return range_of(byte, byte);
}

NodePointer node_of(Node::Kind kind) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  return node;
}

class TreeReader {
public:
  explicit TreeReader(std::string_view text) : text_(text) {}

  Result<NodePointer> read() {
    XL_TRY(NodePointer tree, choice(0));
    if (at_ < text_.size()) return wrong("a closing parenthesis without an opening one");
    return tree;
  }

private:
  Error wrong(std::string_view why) const {
    return {kBadRegex, "regular expression \"" + std::string(text_) + "\", character " +
                           std::to_string(at_ + 1) + ": " + std::string(why)};
  }
  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  Result<NodePointer> choice(int depth) {
    if (depth > kDepth) return wrong("groups are nested too deep");
    NodePointer out = node_of(Node::Kind::Choice);
    while (true) {
      XL_TRY(NodePointer part, sequence(depth));
      out->parts.push_back(std::move(part));
      if (!at('|')) return out;
      ++at_;
    }
  }

  Result<NodePointer> sequence(int depth) {
    NodePointer out = node_of(Node::Kind::Sequence);
    while (at_ < text_.size() && !at('|') && !at(')')) {
      if ((at('^') && at_ == 0) || (at('$') && at_ + 1 == text_.size())) {
        ++at_;  // the whole text is matched anyway
        continue;
      }
      XL_TRY(NodePointer part, atom(depth));
      XL_TRY(part, repeated(std::move(part)));
      out->parts.push_back(std::move(part));
    }
    return out;
  }

  Result<NodePointer> atom(int depth) {
    const char c = text_[at_++];
    if (c == '(') {
      if (text_.substr(at_).starts_with("?:")) at_ += 2;
      XL_TRY(NodePointer inner, choice(depth + 1));
      if (!at(')')) return wrong("a group is not closed");
      ++at_;
      return inner;
    }
    if (c == '*' || c == '+' || c == '?' || c == '{') return wrong("there is nothing to repeat");
    NodePointer out = node_of(Node::Kind::Bytes);
    if (c == '.') {
      out->bytes = ~class_of('n');
    } else if (c == '[') {
      XL_TRY(out->bytes, bracket());
    } else if (c == '\\') {
      XL_TRY(out->bytes, escape());
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out->bytes = range_of(byte, byte);
    }
    return out;
  }

  Result<ByteSet> escape() {
    if (at_ >= text_.size()) return wrong("the escape at the end is not finished");
    const char c = text_[at_++];
    if ((c >= '0' && c <= '9') || c == 'b' || c == 'B' || c == 'p' || c == 'P')
      return wrong("this escape is not offered");
    return class_of(c);
  }

  Result<ByteSet> bracket() {
    ByteSet out;
    const bool negated = at('^');
    if (negated) ++at_;
    for (bool first = true; first || !at(']'); first = false) {
      if (at_ >= text_.size()) return wrong("a class is not closed");
      const size_t start = at_;
      const char c = text_[at_++];
      ByteSet next = class_of('\n');
      if (c == '\\') {
        XL_TRY(next, escape());
      } else {
        const auto byte = static_cast<unsigned char>(c);
        next = range_of(byte, byte);
      }
      if (at('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        const auto low = static_cast<unsigned char>(text_[at_ - 1]),
                   high = static_cast<unsigned char>(text_[at_ + 1]);
        if (high < low || (c == '\\' && next.count() != 1) || text_[at_ + 1] == '\\') {
          at_ = start;
          return wrong("a range of a class is upside down");
        }
        at_ += 2;
        next = range_of(low, high);
      }
      out |= next;
    }
    ++at_;
    return negated ? ~out : out;
  }

  Result<NodePointer> repeated(NodePointer inner) {
    while (at('*') || at('+') || at('?') || at('{')) {
      const char c = text_[at_++];
      NodePointer out = node_of(Node::Kind::Repeat);
      out->min = c == '+' ? 1 : 0;
      out->max = c == '?' ? 1 : 0;
      if (c == '{') XL_CHECK(bounds(*out));
      out->parts.push_back(std::move(inner));
      inner = std::move(out);
    }
    return inner;
  }

  Result<uint32_t> number() {
    uint32_t out = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      out = out * 10 + static_cast<uint32_t>(text_[at_++] - '0');
      if (out > kRepeatMax) return wrong("a repetition is too long");
    }
    return out;
  }

  Result<void> bounds(Node& out) {
    XL_TRY(out.min, number());
    out.max = out.min;
    if (at(',')) {
      ++at_;
      XL_TRY(out.max, number());
    } else if (out.min == 0) {
      return wrong("a repetition of zero times");
    }
    if (!at('}') || (out.max != 0 && out.max < out.min))
      return wrong("the bounds of a repetition are not {m,n}");
    ++at_;
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

// Builds the automaton from its end: every part is made in front of the state that comes after it.
class PatternReader {
public:
  Result<Pattern> build(const Node& tree) {
    const uint32_t end = add({});
    XL_TRY(out_.start_, in_front(tree, end));
    return std::move(out_);
  }

private:
  using State = Pattern::State;
  uint32_t add(State state) {
    out_.states_.push_back(state);
    return static_cast<uint32_t>(out_.states_.size() - 1);
  }

  Result<uint32_t> in_front(const Node& node, uint32_t next) {
    if (out_.states_.size() > kStates) return Error(kBadRegex, "the regular expression is too large");
    switch (node.kind) {
      case Node::Kind::Bytes:
        out_.sets_.push_back(node.bytes);
        return add({State::Kind::Bytes, static_cast<uint32_t>(out_.sets_.size() - 1), next, next});
      case Node::Kind::Sequence:
        for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part) {
          XL_TRY(next, in_front(**part, next));
        }
        return next;
      case Node::Kind::Choice: {
        uint32_t first = kUnset;
        for (const NodePointer& part : node.parts) {
          XL_TRY(const uint32_t start, in_front(*part, next));
          first = first == kUnset ? start : add({State::Kind::Split, 0, first, start});
        }
        return first;
      }
      case Node::Kind::Repeat:
        return repeat(node, next);
    }
    return Error(errors::kInternal);
  }

  Result<uint32_t> repeat(const Node& node, uint32_t next) {
    const Node& inner = *node.parts.front();
    if (node.max == 0) {
      const uint32_t loop = add({State::Kind::Split, 0, next, next});
      XL_TRY(const uint32_t body, in_front(inner, loop));
      out_.states_[loop].other = body;
      next = loop;
    }
    for (uint32_t i = node.min; i < node.max; ++i) {
      XL_TRY(const uint32_t body, in_front(inner, next));
      next = add({State::Kind::Split, 0, body, next});
    }
    for (uint32_t i = 0; i < node.min; ++i) {
      XL_TRY(next, in_front(inner, next));
    }
    return next;
  }

  static constexpr uint32_t kUnset = 0xffffffff;
  Pattern out_;
};

Result<Pattern> Pattern::read(std::string_view text) {
  if (text.size() > kPatternBytes) return Error(kBadRegex, "the regular expression is too long");
  XL_TRY(const NodePointer tree, TreeReader(text).read());
  return PatternReader().build(*tree);
}

void Pattern::follow(uint32_t state, std::vector<uint32_t>& states, std::vector<uint32_t>& marks,
                     uint32_t mark) const {
  std::vector<uint32_t> open{state};
  while (!open.empty()) {
    const uint32_t place = open.back();
    open.pop_back();
    if (marks[place] == mark) continue;
    marks[place] = mark;
    if (states_[place].kind == State::Kind::Split) {
      open.push_back(states_[place].next);
      open.push_back(states_[place].other);
    } else {
      states.push_back(place);
    }
  }
}

bool Pattern::matches(std::string_view text) const {
  std::vector<uint32_t> now, next, marks(states_.size(), 0);
  uint32_t mark = 1;
  follow(start_, now, marks, mark);
  for (const char c : text) {
    next.clear();
    ++mark;
    for (const uint32_t place : now) {
      const State& state = states_[place];
      if (state.kind == State::Kind::Bytes && sets_[state.bytes].test(static_cast<unsigned char>(c)))
        follow(state.next, next, marks, mark);
    }
    now.swap(next);
    if (now.empty()) return false;
  }
  for (const uint32_t place : now)
    if (states_[place].kind == State::Kind::End) return true;
  return false;
}

}  // namespace xinglin::terminology::detail
