#include "core/archive/bench/synthetic.h"

#include <array>
#include <cstdlib>
#include <iterator>

#include "codec/dicom/data_set.h"

namespace xinglin::archive::synthetic {

namespace {

constexpr int64_t kFirstDay = 16801;  // 2016-01-01, in days since 1970
constexpr int kDevices = 40;

uint64_t mixed(uint64_t x) {  // SplitMix64 (Steele, Lea and Flood 2014)
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}
uint64_t pick(uint64_t seed, uint64_t use, uint64_t bound) {
  return mixed(seed * 64 + use) % bound;
}

struct Family {
  const char *latin, *han;
  int weight;
};
// The most frequent surnames of China (share in per mille, Ministry of Public Security 2020), and of the USA.
constexpr Family kFamilies[] = {
    {"Wang", "王", 72},   {"Li", "李", 71},    {"Zhang", "张", 68},  {"Liu", "刘", 52},
    {"Chen", "陈", 46},   {"Yang", "杨", 31},  {"Zhao", "赵", 21},   {"Huang", "黄", 21},
    {"Zhou", "周", 19},   {"Wu", "吴", 19},    {"Xu", "徐", 15},     {"Sun", "孙", 14},
    {"Hu", "胡", 12},     {"Zhu", "朱", 12},   {"Gao", "高", 11},    {"Lin", "林", 11},
    {"He", "何", 11},     {"Guo", "郭", 11},   {"Ma", "马", 10},     {"Luo", "罗", 9},
    {"Liang", "梁", 8},   {"Song", "宋", 8},   {"Zheng", "郑", 8},   {"Xie", "谢", 7},
    {"Han", "韩", 7},     {"Tang", "唐", 7},   {"Feng", "冯", 6},    {"Yu", "于", 6},
    {"Dong", "董", 6},    {"Xiao", "萧", 6},   {"Cheng", "程", 6},   {"Cao", "曹", 6},
    {"Yuan", "袁", 5},    {"Deng", "邓", 5},   {"Fu", "傅", 5},      {"Shen", "沈", 5},
    {"Zeng", "曾", 5},    {"Peng", "彭", 5},   {"Lu", "吕", 5},      {"Su", "苏", 4},
    {"Smith", "", 12},    {"Johnson", "", 9},  {"Williams", "", 8},  {"Brown", "", 7},
    {"Jones", "", 7},     {"Garcia", "", 6},   {"Miller", "", 6},    {"Davis", "", 5},
    {"Rodriguez", "", 5}, {"Martinez", "", 5}, {"Hernandez", "", 5}, {"Lopez", "", 4},
    {"Gonzalez", "", 4},  {"Wilson", "", 4},   {"Anderson", "", 4},  {"O'Connor", "", 1},
    {"Zieliński", "", 1}, {"Müller", "", 1},   {"Ødegård", "", 1},   {"Quackenbush", "", 1}};
struct Sound {
  const char *latin, *han;
};
constexpr Sound kGiven[] = {
    {"wei", "伟"},   {"fang", "芳"}, {"na", "娜"},   {"min", "敏"},  {"jing", "静"}, {"li", "丽"},
    {"qiang", "强"}, {"lei", "磊"},  {"jun", "军"},  {"yang", "洋"}, {"yong", "勇"}, {"yan", "艳"},
    {"jie", "杰"},   {"juan", "娟"}, {"tao", "涛"},  {"ming", "明"}, {"chao", "超"}, {"xiu", "秀"},
    {"xia", "霞"},   {"ping", "平"}, {"gang", "刚"}, {"gui", "桂"},  {"ying", "英"}, {"hua", "华"},
    {"wen", "文"},   {"yu", "玉"},   {"bin", "斌"},  {"bo", "波"},   {"xin", "新"},  {"hong", "红"},
    {"xiao", "小"},  {"jian", "建"}, {"guo", "国"},  {"zhi", "志"},  {"hai", "海"},  {"mei", "梅"},
    {"lan", "兰"},   {"feng", "凤"}, {"shu", "淑"},  {"zi", "子"},   {"xuan", "轩"}, {"han", "涵"},
    {"yi", "怡"},    {"chen", "晨"}, {"rui", "瑞"},  {"hao", "浩"},  {"ran", "然"},  {"ning", "宁"}};
constexpr const char* kForenames[] = {"James",   "Mary",     "Robert",  "Patricia",  "John",    "Jennifer",
                                      "Michael", "Linda",    "David",   "Elizabeth", "Thomas",  "Barbara",
                                      "Daniel",  "Susan",    "Matthew", "Jessica",   "Anthony", "Sarah",
                                      "Mark",    "Karen",    "Paul",    "Nancy",     "Steven",  "Lisa",
                                      "Andrew",  "Margaret", "Kenneth", "Sandra",    "Maria",   "Xenia"};

struct Kind {
  const char *modality, *sop_class, *body, *description;
  int weight, series, side;
  bool sliced;
};
constexpr Kind kKinds[] = {
    {"DX", "1.2.840.10008.5.1.4.1.1.1.1", "CHEST", "Chest PA", 38, 1, 2048, false},
    {"CT", "1.2.840.10008.5.1.4.1.1.2", "ABDOMEN", "CT abdomen with contrast", 22, 1, 512, true},
    {"US", "1.2.840.10008.5.1.4.1.1.6.1", "ABDOMEN", "Abdomen", 16, 1, 768, false},
    {"MR", "1.2.840.10008.5.1.4.1.1.4", "BRAIN", "MRI brain", 10, 1, 384, true},
    {"MG", "1.2.840.10008.5.1.4.1.1.1.2", "BREAST", "Mammography", 5, 1, 3328, false},
    {"ECG", "1.2.840.10008.5.1.4.1.1.9.1.1", "HEART", "12-lead ECG", 5, 1, 0, false},
    {"XA", "1.2.840.10008.5.1.4.1.1.12.1", "HEART", "Coronary angiography", 2, 1, 1024, false},
    {"NM", "1.2.840.10008.5.1.4.1.1.20", "BONE", "Bone scan", 1, 1, 256, false},
    {"PT", "1.2.840.10008.5.1.4.1.1.128", "WHOLEBODY", "FDG PET", 1, 1, 128, true}};

template <class T, size_t N>
const T& weighted(const T (&list)[N], uint64_t random) {
  int64_t sum = 0;
  for (const T& one : list) sum += one.weight;
  auto at = static_cast<int64_t>(random % static_cast<uint64_t>(sum));
  for (const T& one : list)
    if ((at -= one.weight) < 0) return one;
  return list[0];
}

std::string digits(int64_t number, size_t width) {
  std::string out = std::to_string(number);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

std::string date_of(int64_t days) {
  const CivilTime civil = to_civil(Instant{days * kDayUs});
  return digits(civil.year, 4) + digits(civil.month, 2) + digits(civil.day, 2);
}

struct Person {
  PatientId patient;
  PatientAttributes attributes;
};

Person person(uint64_t number) {
  Person out;
  const uint64_t seed = mixed(number + 0x5EED);
  const Family& family = weighted(kFamilies, pick(seed, 1, 1 << 30));
  std::string name = std::string(family.latin) + "^";
  if (*family.han == '\0') {
    name += kForenames[pick(seed, 2, std::size(kForenames))];
  } else {
    const Sound &first = kGiven[pick(seed, 3, std::size(kGiven))],
                &second = kGiven[pick(seed, 4, std::size(kGiven))];
    const bool two = pick(seed, 5, 100) < 85;
    name += first.latin + std::string(two ? second.latin : "");
    name += "=" + std::string(family.han) + "^" + first.han + (two ? second.han : "");
    name[std::char_traits<char>::length(family.latin) + 1] -= 'a' - 'A';
  }
  out.attributes.name = std::move(name);
  out.attributes.id = "M" + digits(static_cast<int64_t>(number * 7919 % 99'999'989), 8);
  out.attributes.issuer = "SYNTHETIC";
  out.attributes.birth_date = date_of(kFirstDay - 3650 - static_cast<int64_t>(pick(seed, 6, 29'000)));
  out.attributes.sex = pick(seed, 7, 2) == 0 ? "F" : "M";
  const std::string hex = to_hex(sha256("patient " + std::to_string(number)));
  out.patient = PatientId(hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-8" +
                          hex.substr(17, 3) + "-" + hex.substr(20, 12));
  return out;
}

// What differs from image to image; the texts stand for it in the data set that read_index() reads.
constexpr const char* kFields[] = {"2.25.7001", "2.25.7002",         "2.25.7003", "20010203", "010203.444",
                                   "ACC-7006",  "Seven^Seven=七^七", "ID-7008",   "19070707", "-7009.5"};

struct Text {
  uint16_t group, element;
  const char *vr, *value;
};
constexpr const char *kDate = kFields[3], *kTime = kFields[4];
constexpr Text kTexts[] = {
    {0x0008, 0x0005, "CS", "ISO_IR 192"},
    {0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"},
    {0x0008, 0x0012, "DA", kDate},
    {0x0008, 0x0013, "TM", kTime},
    {0x0008, 0x0018, "UI", kFields[0]},
    {0x0008, 0x0020, "DA", kDate},
    {0x0008, 0x0021, "DA", kDate},
    {0x0008, 0x0022, "DA", kDate},
    {0x0008, 0x0023, "DA", kDate},
    {0x0008, 0x0030, "TM", kTime},
    {0x0008, 0x0031, "TM", kTime},
    {0x0008, 0x0032, "TM", kTime},
    {0x0008, 0x0033, "TM", kTime},
    {0x0008, 0x0050, "SH", kFields[5]},
    {0x0008, 0x0070, "LO", "Synthetic Medical Systems"},
    {0x0008, 0x0080, "LO", "Synthetic General Hospital"},
    {0x0008, 0x0090, "PN", "Referrer^Synthetic"},
    {0x0008, 0x1010, "SH", "STATION7"},
    {0x0008, 0x103E, "LO", "Series 1.0 B30f"},
    {0x0008, 0x1070, "PN", "Operator^Synthetic"},
    {0x0008, 0x1090, "LO", "Model 64"},
    {0x0010, 0x0010, "PN", kFields[6]},
    {0x0010, 0x0020, "LO", kFields[7]},
    {0x0010, 0x0021, "LO", "SYNTHETIC"},
    {0x0010, 0x0030, "DA", kFields[8]},
    {0x0010, 0x0040, "CS", "O"},
    {0x0010, 0x1010, "AS", "056Y"},
    {0x0018, 0x1000, "LO", "SN-70071"},
    {0x0018, 0x1020, "LO", "7.0.1"},
    {0x0018, 0x1140, "CS", "CW"},
    {0x0018, 0x1160, "SH", "BODY FILTER"},
    {0x0018, 0x1210, "SH", "B30f"},
    {0x0018, 0x5100, "CS", "HFS"},
    {0x0020, 0x000D, "UI", kFields[1]},
    {0x0020, 0x000E, "UI", kFields[2]},
    {0x0020, 0x0010, "SH", "1"},
    {0x0020, 0x0011, "IS", "1"},
    {0x0020, 0x0013, "IS", "1"},
    {0x0020, 0x0052, "UI", "2.25.7002.9"},
};
constexpr Text kTextsOfPixels[] = {
    {0x0028, 0x0004, "CS", "MONOCHROME2"},
    {0x0028, 0x1055, "LO", "WINDOW1\\WINDOW2"},
};
struct Number {
  uint16_t group, element;
  const char* vr;
  double value;
};
constexpr Number kNumbers[] = {{0x0018, 0x0050, "DS", 1},      {0x0018, 0x0060, "DS", 120},
                               {0x0018, 0x0090, "DS", 500},    {0x0018, 0x1100, "DS", 358},
                               {0x0018, 0x1110, "DS", 1085.6}, {0x0018, 0x1111, "DS", 595},
                               {0x0018, 0x1120, "DS", 0},      {0x0018, 0x1130, "DS", 142.5},
                               {0x0018, 0x1190, "DS", 1.2},    {0x0020, 0x1041, "DS", -7009.5}};
constexpr Number kNumbersOfPixels[] = {{0x0028, 0x1050, "DS", 40},
                                       {0x0028, 0x1051, "DS", 400},
                                       {0x0028, 0x1052, "DS", -1024},
                                       {0x0028, 0x1053, "DS", 1}};

dicom::DataSet header(const Kind& kind) {
  dicom::DataSet out;
  for (const Text& text : kTexts) out.set_text({text.group, text.element}, text.vr, text.value);
  for (const Number& number : kNumbers)
    out.set_number({number.group, number.element}, number.vr, {number.value});
  for (const auto& [group, element, vr, value] : {Text{0x0008, 0x0016, "UI", kind.sop_class},
                                                  {0x0008, 0x0060, "CS", kind.modality},
                                                  {0x0008, 0x1030, "LO", kind.description},
                                                  {0x0018, 0x0015, "CS", kind.body},
                                                  {0x0018, 0x1030, "LO", kind.description}})
    out.set_text({group, element}, vr, value);
  for (const uint16_t element : {uint16_t{0x1150}, uint16_t{0x1151}, uint16_t{0x1152}})
    out.set_integer({0x0018, element}, "IS", {element - 0x1000});
  out.set_number({0x0020, 0x0032}, "DS", {-179.5, -301.5, -7009.5});
  out.set_number({0x0020, 0x0037}, "DS", {1, 0, 0, 0, 1, 0});
  if (kind.side == 0) return out;
  for (const Text& text : kTextsOfPixels) out.set_text({text.group, text.element}, text.vr, text.value);
  for (const Number& number : kNumbersOfPixels)
    out.set_number({number.group, number.element}, number.vr, {number.value});
  out.set_number({0x0028, 0x0030}, "DS", {0.7, 0.7});
  for (const auto& [element, value] : {std::pair{0x0002, 1},
                                       {0x0010, kind.side},
                                       {0x0011, kind.side},
                                       {0x0100, 16},
                                       {0x0101, 12},
                                       {0x0102, 11},
                                       {0x0103, 0}})
    out.set_integer({0x0028, static_cast<uint16_t>(element)}, "US", {value});
  return out;
}

}  // namespace

const std::vector<Headers::Piece>& Headers::of(const std::string& modality) {
  const auto found = pieces_.find(modality);
  if (found != pieces_.end()) return found->second;
  const Kind* kind = &kKinds[0];
  for (const Kind& one : kKinds)
    if (modality == one.modality) kind = &one;
  const auto bytes = dicom::write_data_set(header(*kind));
  Incoming incoming;
  incoming.data_set = bytes;
  incoming.transfer_syntax = TransferSyntaxUid("1.2.840.10008.1.2.1");
  const auto index = read_index(incoming, 1 << 20);
  XL_ASSERT(index.ok());
  std::string_view rest = index->attributes_json;
  std::vector<Piece> out;
  // A person name stands in the model by its groups, each to be filled in by itself.
  const std::string_view texts[] = {kFields[0],    kFields[1], kFields[2], kFields[3], kFields[4], kFields[5],
                                    "Seven^Seven", "七^七",    kFields[7], kFields[8], kFields[9]};
  for (;;) {
    size_t first = std::string_view::npos;
    int field = -1;
    for (size_t i = 0; i < std::size(texts); ++i)
      if (const size_t at = rest.find(texts[i]); at < first) {
        first = at;
        field = static_cast<int>(i);
      }
    out.push_back({std::string(rest.substr(0, first)), field});
    if (field < 0) break;
    rest.remove_prefix(first + texts[static_cast<size_t>(field)].size());
  }
  return pieces_.emplace(modality, std::move(out)).first->second;
}

std::string Headers::json(const Index& index, const std::string& place) {
  const std::string& name = index.patient.name;
  const size_t cut = name.find('=');
  const std::string latin = name.substr(0, cut), han = cut == std::string::npos ? "" : name.substr(cut + 1);
  const std::string* values[] = {&index.sop_instance.str(),
                                 &index.study.str(),
                                 &index.series.str(),
                                 &index.study_date,
                                 &index.study_time,
                                 &index.accession_number,
                                 &latin,
                                 &han,
                                 &index.patient.id,
                                 &index.patient.birth_date,
                                 &place};
  std::string out;
  out.reserve(6000);
  for (const Piece& piece : of(index.modality)) {
    out += piece.text;
    if (piece.field >= 0) out += *values[piece.field];
  }
  return out;
}

std::vector<Entry> study(int64_t i, int slices, Headers& headers) {
  const uint64_t seed = mixed(static_cast<uint64_t>(i));
  const Kind& kind = weighted(kKinds, pick(seed, 1, 1 << 30));
  const Person someone = person(pick(seed, 2, static_cast<uint64_t>(400 + i * 3 / 10)));
  const int64_t day = kFirstDay + i / kStudiesPerDay, second = 6 * 3600 + i % kStudiesPerDay * 21;
  const std::string date = date_of(day);
  const std::string time =
      digits(second / 3600, 2) + digits(second / 60 % 60, 2) + digits(second % 60, 2) + ".000";
  Entry entry;
  Index& index = entry.index;
  index.patient = someone.attributes;
  index.sop_class = SopClassUid(kind.sop_class);
  index.transfer_syntax = TransferSyntaxUid("1.2.840.10008.1.2.1");
  const auto device = static_cast<int64_t>(pick(seed, 3, kDevices));
  index.study = StudyUid("1.2.826.0.1.3680043.10.99." + std::to_string(device) + ".1." + date +
                         digits(i % kStudiesPerDay, 5));
  index.patient.study = index.study;
  index.study_date = index.series_date = date;
  index.study_time = index.series_time = time;
  index.study_description = index.protocol = kind.description;
  index.accession_number = "A" + date.substr(2) + digits(i % kStudiesPerDay, 5);
  index.study_id = std::to_string(i % 100'000);
  index.referring_physician = "Referrer" + std::to_string(pick(seed, 4, 300)) + "^Synthetic";
  index.modality = kind.modality;
  index.body_part = kind.body;
  index.station = "STATION" + std::to_string(device);
  if (kind.side > 0) index.rows = index.columns = kind.side;
  index.bits_allocated = 16;
  entry.patient = someone.patient;
  entry.receipt.at = Instant{day * kDayUs + second * kSecondUs};
  entry.receipt.sender = "dimse STATION" + std::to_string(device) + "@10.0.0." + std::to_string(device);
  entry.receipt.called_ae = "XINGLIN";
  std::vector<Entry> out;
  for (int series = 1; series <= kind.series; ++series) {
    index.series = SeriesUid(index.study.str() + "." + std::to_string(series));
    index.series_number = std::to_string(series);
    index.series_description = "Series " + std::to_string(series);
    for (int image = 1; image <= (kind.sliced ? slices : 1); ++image) {
      index.sop_instance = SopInstanceUid(index.series.str() + "." + std::to_string(image));
      index.instance_number = std::to_string(image);
      index.attributes_json = headers.json(index, std::to_string(-301.5 + image));
      entry.receipt.blob.key = blob_key(index);
      entry.receipt.blob.size_bytes =
          2ull * static_cast<uint64_t>(kind.side) * static_cast<uint64_t>(kind.side) + 2048;
      entry.receipt.blob.digest = sha256(index.sop_instance.str());
      entry.receipt.audit_leaf = i * 8 + image;
      out.push_back(entry);
    }
  }
  return out;
}

}  // namespace xinglin::archive::synthetic
