#include "simulate/person.h"

#include <array>
#include <string_view>

namespace xinglin::simulate {

namespace {

struct ChineseName {
  std::string_view latin, characters;
};

constexpr std::array<std::string_view, 24> kFamily{
    "Adams",  "Bennett", "Carter", "Davies", "Evans",  "Fisher",  "Gordon", "Hughes",
    "Ingram", "Jones",   "Kelly",  "Lewis",  "Murray", "Nolan",   "Owens",  "Parker",
    "Quinn",  "Roberts", "Shaw",   "Taylor", "Ueda",   "Vaughan", "Walker", "Young"};
constexpr std::array<std::string_view, 14> kFemale{"Alice", "Beth",  "Clara", "Diana", "Emma",
                                                   "Fiona", "Grace", "Helen", "Irene", "Julia",
                                                   "Karen", "Laura", "Nora",  "Rose"};
constexpr std::array<std::string_view, 14> kMale{"Adam",  "Brian",  "Colin",  "David", "Edward",
                                                 "Frank", "George", "Henry",  "Ian",   "James",
                                                 "Kevin", "Luke",   "Martin", "Peter"};
constexpr std::array<ChineseName, 16> kFamilyZh{{{"Wang", "王"},
                                                 {"Li", "李"},
                                                 {"Zhang", "张"},
                                                 {"Liu", "刘"},
                                                 {"Chen", "陈"},
                                                 {"Yang", "杨"},
                                                 {"Zhao", "赵"},
                                                 {"Huang", "黄"},
                                                 {"Zhou", "周"},
                                                 {"Wu", "吴"},
                                                 {"Xu", "徐"},
                                                 {"Sun", "孙"},
                                                 {"Hu", "胡"},
                                                 {"Lin", "林"},
                                                 {"He", "何"},
                                                 {"Guo", "郭"}}};
constexpr std::array<ChineseName, 12> kFemaleZh{{{"Xiuying", "秀英"},
                                                 {"Guilan", "桂兰"},
                                                 {"Min", "敏"},
                                                 {"Jing", "静"},
                                                 {"Lihua", "丽华"},
                                                 {"Xiaohong", "晓红"},
                                                 {"Yulan", "玉兰"},
                                                 {"Yan", "艳"},
                                                 {"Meiling", "美玲"},
                                                 {"Fang", "芳"},
                                                 {"Shuzhen", "淑珍"},
                                                 {"Xue", "雪"}}};
constexpr std::array<ChineseName, 12> kMaleZh{{{"Jianguo", "建国"},
                                               {"Wei", "伟"},
                                               {"Qiang", "强"},
                                               {"Jun", "军"},
                                               {"Zhiming", "志明"},
                                               {"Xiaoming", "小明"},
                                               {"Guoqiang", "国强"},
                                               {"Haitao", "海涛"},
                                               {"Wenbo", "文博"},
                                               {"Yong", "勇"},
                                               {"Jianhua", "建华"},
                                               {"Lei", "磊"}}};

template <class T, size_t N>
const T& pick(Random& random, const std::array<T, N>& list) {
  return list[random.below(N)];
}

std::string padded(int number, size_t width) {
  std::string text = std::to_string(number);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

}  // namespace

std::string Person::birth_date() const {
  return padded(birth_year, 4) + padded(birth_month, 2) + padded(birth_day, 2);
}

Person make_person(Random& random, const std::string& mrn, int this_year) {
  Person person{.mrn = mrn};
  person.sex = random.below(2) == 0 ? Sex::Female : Sex::Male;
  const bool female = person.sex == Sex::Female;
  if (random.below(2) == 0) {
    const ChineseName& family = pick(random, kFamilyZh);
    const ChineseName& given = female ? pick(random, kFemaleZh) : pick(random, kMaleZh);
    person.family = family.latin;
    person.family_zh = family.characters;
    person.given = given.latin;
    person.given_zh = given.characters;
  } else {
    person.family = pick(random, kFamily);
    person.given = female ? pick(random, kFemale) : pick(random, kMale);
  }
  // Two draws added: most are between 50 and 80.
  const auto age = static_cast<int>(19 + random.below(38) + random.below(39));
  person.birth_year = this_year - age;
  person.birth_month = static_cast<int>(1 + random.below(12));
  person.birth_day = static_cast<int>(1 + random.below(28));
  return person;
}

}  // namespace xinglin::simulate
