#include "core/matching/tests/people.h"

#include <cmath>

#include "core/matching/resident_id.h"
#include "core/matching/text.h"

namespace xinglin::matching::testing {
namespace {

constexpr std::u32string_view kFamilies =
    U"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    U"沈钟姜崔谭陆范汪廖石金韦"
    U"贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶黎贺毛郝顾龚邵万覃武钱戴严莫孔向常汤";
constexpr std::u32string_view kGiven =
    U"伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文红玉兰小梅志海波宁云辉鑫宇浩然子轩梓涵欣怡佳琪雨"
    U"泽晨思语嘉俊博天一诺若曦"
    U"春花淑珍凤金龙飞鹏林森永福德胜利民生新成东方瑞雪莲琴萍慧颖琳晓彤楠婷健斌峰亮康乐安";
constexpr std::string_view kStarts[] = {"b", "br", "c", "cl", "d", "f",  "g", "gr", "h", "j", "k",  "l",
                                        "m", "n",  "p", "r",  "s", "st", "t", "th", "v", "w", "wh", ""};
constexpr std::string_view kMiddles[] = {"a", "e", "i", "o", "u", "ai", "ea", "ee", "ou", "y"};
constexpr std::string_view kEnds[] = {"n",   "r",   "s",  "t", "ll", "rd", "son", "ton",
                                      "man", "ley", "ck", "x", "nd", "m",  ""};

// Common ones first: the place of a name falls off as 1 / (place + 3).
size_t common_first(Random& random, size_t kinds) {
  const double top = std::log((static_cast<double>(kinds) + 3) / 3);
  const auto place = static_cast<size_t>(3 * std::exp(random.uniform() * top) - 3);
  return std::min(place, kinds - 1);
}

std::string utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

}  // namespace

std::string People::digits(size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<char>('0' + random_.below(10)));
  return out;
}

// A name is a function of its place in the list.
std::string People::latin_name(size_t kinds) {
  SeededRandom of(0xA11CE + 7919 * common_first(random_, kinds));
  std::string out(kStarts[of.below(std::size(kStarts))]);
  const uint64_t syllables = 1 + of.below(2);
  for (uint64_t i = 0; i < syllables; ++i) {
    out += kMiddles[of.below(std::size(kMiddles))];
    out += i + 1 < syllables ? kStarts[of.below(std::size(kStarts) - 1)] : kEnds[of.below(std::size(kEnds))];
  }
  return out.size() < 3 ? out + "n" : out;
}

void People::name(Invented& who) {
  if (!who.chinese) {
    if (who.family.empty()) who.family = latin_name(20'000);
    who.given = latin_name(1'500);
    return;
  }
  if (who.family.empty()) who.family = utf8(kFamilies.substr(common_first(random_, kFamilies.size()), 1));
  who.given = utf8(kGiven.substr(random_.below(kGiven.size()), 1));
  if (chance(0.8)) who.given += utf8(kGiven.substr(random_.below(kGiven.size()), 1));
  who.family_latin = latin(who.family, Reading::FamilyName);
  who.given_latin = latin(who.given);
}

void People::house(Invented& who) {
  const uint64_t city = random_.below(300);
  who.city = who.chinese ? utf8(kFamilies.substr(city % kFamilies.size(), 1)) +
                               utf8(kGiven.substr(city % 97, 1)) + "市"
                         : "port " + std::to_string(city) + "ville";
  who.postcode = std::to_string(100000 + city * 37 + random_.below(8));
  who.state = std::to_string(city % 20);
  who.street = std::to_string(1 + random_.below(300)) + " " +
               (who.chinese ? utf8(kGiven.substr(random_.below(kGiven.size()), 1)) +
                                  utf8(kGiven.substr(random_.below(kGiven.size()), 1)) + "路"
                            : latin_name(4'000) + " street");
  who.phone = "1" + std::to_string(30 + random_.below(60)) + digits(8);
}

void People::born(Invented& who, int from, int to) {
  const int year = from + static_cast<int>(random_.below(static_cast<uint64_t>(to - from)));
  const std::string month = std::to_string(101 + random_.below(12)).substr(1);
  who.birth_date = std::to_string(year) + month + std::to_string(101 + random_.below(28)).substr(1);
  who.sex = chance(0.5) ? 'm' : 'f';
}

void People::number(Invented& who) {
  who.mrn = digits(8);
  if (!who.chinese) {
    who.national = digits(9);
    return;
  }
  std::string body = std::to_string(110000 + random_.below(3000) * 7) + who.birth_date;
  const uint64_t order = random_.below(500) * 2 + (who.sex == 'm' ? 1 : 0);
  body += std::to_string(1000 + order).substr(1);
  who.national = body + resident_check_character(body);
}

Invented People::next() {
  Invented who;
  if (made_ > 0 && chance(0.45)) {  // of the same household
    who.chinese = last_.chinese;
    who.street = last_.street, who.city = last_.city, who.postcode = last_.postcode, who.state = last_.state;
    who.phone = chance(0.6) ? last_.phone : "1" + std::to_string(30 + random_.below(60)) + digits(8);
    if (chance(0.6)) who.family = last_.family;
    name(who);
    born(who, 1930, 2024);
    if (chance(0.03)) who.birth_date = last_.birth_date, who.family = last_.family, name(who);  // a twin
  } else {
    who.chinese = chance(0.5);
    name(who);
    born(who, 1930, 2024);
    house(who);
  }
  number(who);
  who.truth = made_++;
  last_ = who;
  return who;
}

std::string People::slip(std::string text) {
  if (text.size() < 2 || has_han(text)) return text;
  const size_t at = random_.below(text.size() - 1);
  const bool number = text[at] >= '0' && text[at] <= '9';
  const char other =
      number ? static_cast<char>('0' + random_.below(10)) : static_cast<char>('a' + random_.below(26));
  switch (random_.below(4)) {
    case 0:
      text[at] = other;
      break;
    case 1:
      std::swap(text[at], text[at + 1]);
      break;
    case 2:
      text.insert(at, 1, other);
      break;
    default:
      text.erase(at, 1);
  }
  return text;
}

void People::slip_name(Invented& who) {
  if (chance(0.05)) std::swap(who.family, who.given);
  if (!who.chinese) {
    if (chance(0.12)) who.family = slip(who.family);
    if (chance(0.12)) who.given = slip(who.given);
    if (chance(0.05)) who.given = who.given.substr(0, 1);
    if (who.sex == 'f' && chance(0.05)) who.family = latin_name(20'000);
    return;
  }
  if (chance(0.2)) {  // written in pinyin by a machine that has no characters
    who.family = latin(who.family, Reading::FamilyName);
    who.given = latin(who.given);
    return;
  }
  if (chance(0.06)) {  // a homophone, as the input method offered it
    const std::string sounds = latin(who.given);
    for (size_t i = 0; i < kGiven.size() && sounds == latin(who.given); ++i) {
      const std::string other = utf8(kGiven.substr(i, 1));
      if (latin(other) == sounds && other != who.given) {
        who.given = other;
        break;
      }
    }
  }
  if (chance(0.04)) who.given = utf8(code_points(who.given).substr(0, 1));
}

Invented People::again(const Invented& one) {
  Invented who = one;
  slip_name(who);
  const double gap = 0.15;
  if (chance(0.03))
    who.birth_date = who.birth_date.substr(0, 4) + who.birth_date.substr(6) + who.birth_date.substr(4, 2);
  if (chance(0.05)) who.birth_date[2 + random_.below(6)] = static_cast<char>('0' + random_.below(10));
  if (chance(0.05)) who.birth_date.clear();
  if (chance(0.01)) born(who, 1930, 2024);
  if (chance(0.02)) who.sex = who.sex == 'm' ? 'f' : 'm';
  if (chance(0.25)) {
    const std::string phone = who.phone;
    house(who);  // moved
    if (chance(0.7)) who.phone = phone;
  }
  if (chance(0.2)) who.phone = "1" + std::to_string(30 + random_.below(60)) + digits(8);
  if (chance(0.1)) who.street = slip(who.street);
  if (chance(0.05)) who.phone = slip(who.phone);
  if (chance(0.05)) who.national = slip(who.national);
  if (chance(0.03)) number(who);  // the card of somebody else
  if (chance(0.4)) who.national.clear();
  if (chance(gap)) who.phone.clear();
  if (chance(gap)) who.street.clear(), who.city.clear(), who.postcode.clear(), who.state.clear();
  if (chance(0.5)) who.mrn = digits(8);
  return who;
}

Traits traits_of(const Invented& who) {
  Traits out;
  add_name(out, who.family, who.given);
  out.birth_date = who.birth_date;
  out.sex = who.sex;
  add_number(out, NumberKind::Personal, who.chinese ? "CN" : "XX", who.national);
  add_number(out, NumberKind::Local, "mrn", who.mrn);
  add_contact(out, who.phone);
  set_street(out, who.street);
  out.place = plain(who.city);
  out.postcode = who.postcode;
  out.region = who.state;
  return out;
}

json::object patient_of(const Invented& who) {
  json::object out{
      {"resourceType", "Patient"},
      {"name", json::array{json::object{{"family", who.family}, {"given", json::array{who.given}}}}},
      {"gender", who.sex == 'm' ? "male" : "female"}};
  const std::string& d = who.birth_date;
  if (d.size() == 8) out["birthDate"] = d.substr(0, 4) + "-" + d.substr(4, 2) + "-" + d.substr(6);
  json::array numbers{json::object{{"system", "urn:xinglin:issuer:SYNTHETIC"}, {"value", who.mrn}}};
  if (!who.national.empty())
    numbers.push_back(
        json::object{{"type", json::object{{"coding", json::array{json::object{{"code", "NI"}}}}}},
                     {"system", who.chinese ? "urn:synthetic:cn" : "urn:synthetic:xx"},
                     {"value", who.national}});
  out["identifier"] = std::move(numbers);
  if (!who.phone.empty())
    out["telecom"] = json::array{json::object{{"system", "phone"}, {"value", who.phone}}};
  if (!who.street.empty())
    out["address"] = json::array{json::object{{"line", json::array{who.street}},
                                              {"city", who.city},
                                              {"state", who.state},
                                              {"postalCode", who.postcode}}};
  return out;
}

}  // namespace xinglin::matching::testing
