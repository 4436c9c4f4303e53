#include "core/record/detail/words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/record/detail/fold.h"

namespace xinglin::record::detail {
namespace {

constexpr size_t kWordBytesMax = 48, kWordsMax = 4000;

uint32_t next_character(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  const uint32_t lead = byte(at);
  const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (at + size > text.size()) return at = text.size(), 0;
  uint32_t out = size == 1 ? lead : lead & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) out = out << 6 | (byte(at + i) & 0x3F);
  at += size;
  return out;
}

bool is_unspaced_script(uint32_t c) {
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

bool is_word_character(uint32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  if (c < 0xC0) return c == 0xB5;
  const bool punctuation = c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF) ||
                           (c >= 0x3000 && c <= 0x303F) || (c >= 0xFE30 && c <= 0xFE4F) ||
                           (c >= 0xFF00 && c <= 0xFF0F);
  return !punctuation;
}

template <class Visit>
void for_each_run(std::string_view text, const Visit& visit) {
  const std::string folded = fold(text);
  size_t begin = 0, at = 0;
  int kind = 0;  // of the run: 0 none, 1 word, 2 characters
  while (at < folded.size()) {
    const size_t here = at;
    const uint32_t c = next_character(folded, at);
    const int now = is_unspaced_script(c) ? 2 : is_word_character(c) ? 1 : 0;
    if (now == kind) continue;
    if (kind != 0) visit(std::string_view(folded).substr(begin, here - begin), kind == 2);
    begin = here, kind = now;
  }
  if (kind != 0) visit(std::string_view(folded).substr(begin), kind == 2);
}

std::vector<std::string_view> characters(std::string_view run) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < run.size();) {
    const size_t begin = at;
    next_character(run, at);
    out.push_back(run.substr(begin, at - begin));
  }
  return out;
}

std::string pair_of(std::string_view first, std::string_view second) {
  return std::string(first).append(second);
}

bool is_left_out(std::string_view key) {
  static constexpr std::array<std::string_view, 13> kLeftOut{
      "contentType",  "data",   "div", "fullUrl",           "id",       "lastUpdated", "profile", "reference",
      "resourceType", "system", "url", "valueBase64Binary", "versionId"};
  return std::binary_search(kLeftOut.begin(), kLeftOut.end(), key);
}

bool looks_like_time(std::string_view text) {
  return text.size() >= 5 && text[4] == '-' &&
         std::all_of(text.begin(), text.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
}

void collect(const json::value& value, std::set<std::string>& out) {
  if (out.size() > kWordsMax) return;
  if (value.is_string()) {
    const std::string_view text(value.get_string());
    if (!looks_like_time(text)) collect_words(text, out);
  } else if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) collect(item, out);
  } else if (const json::object* object = value.if_object()) {
    for (const auto& member : *object)
      if (!is_left_out(member.key())) collect(member.value(), out);
  }
}

// The text between the tags.
std::string without_markup(std::string_view xhtml) {
  std::string out;
  bool inside = false;
  for (const char c : xhtml) {
    if (c == '<') inside = true, out += ' ';
    if (!inside) out += c;
    if (c == '>') inside = false;
  }
  return out;
}

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : " ").append(word);
  return out;
}

}  // namespace

void collect_words(std::string_view text, std::set<std::string>& out) {
  for_each_run(text, [&](std::string_view run, bool unspaced) {
    if (!unspaced) {
      out.emplace(run.substr(0, kWordBytesMax));
      return;
    }
    const std::vector<std::string_view> all = characters(run);
    for (size_t i = 0; i + 1 < all.size(); ++i) out.insert(pair_of(all[i], all[i + 1]));
    out.emplace(all.back());
  });
}

std::string words_wanted(std::string_view question) {
  std::string out;
  const auto add = [&](const std::string& word, bool beginning) {
    out += (out.empty() ? "\"" : " AND \"") + word + (beginning ? "\"*" : "\"");
  };
  for_each_run(question, [&](std::string_view run, bool unspaced) {
    if (!unspaced) return add(std::string(run.substr(0, kWordBytesMax)), false);
    const std::vector<std::string_view> all = characters(run);
    if (all.size() == 1) return add(std::string(run), true);
    for (size_t i = 0; i + 1 < all.size(); ++i) add(pair_of(all[i], all[i + 1]), false);
  });
  return out;
}

ResourceWords words_of(const json::object& resource) {
  ResourceWords out;
  std::set<std::string> words;
  if (const json::object* text = json::find_object(resource, "text"))
    if (const auto div = json::find_string(*text, "div")) collect_words(without_markup(*div), words);
  out.narrative = joined(words);
  for (const auto& member : resource)
    if (!is_left_out(member.key())) collect(member.value(), words);
  out.content = joined(words);
  return out;
}

}  // namespace xinglin::record::detail
