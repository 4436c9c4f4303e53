#include "apps/resting-ecg/eval/ludb.h"

#include <algorithm>

namespace xinglin::resting_ecg::eval {

namespace {

constexpr int kNormal = 1, kP = 24, kT = 27, kOpen = 39, kClose = 40;
constexpr int64_t kSameBeat = 60;  // samples at 500 Hz: QRS peaks of one beat over the leads

struct LeadMarks {
  std::vector<WaveMark> p, qrs, t;
};

LeadMarks triples(const std::vector<Mark>& marks) {
  LeadMarks lead;
  for (size_t i = 1; i + 1 < marks.size(); ++i) {
    if (marks[i - 1].code != kOpen || marks[i + 1].code != kClose) continue;
    const WaveMark wave{marks[i - 1].sample, marks[i].sample, marks[i + 1].sample};
    if (marks[i].code == kNormal) lead.qrs.push_back(wave);
    if (marks[i].code == kP) lead.p.push_back(wave);
    if (marks[i].code == kT) lead.t.push_back(wave);
  }
  return lead;
}

// Each QRS takes the P that ends last before it and the T that begins first after it, between its neighbours.
void add_lead(std::vector<ManualBeat>& beats, std::vector<int64_t>& centres, const LeadMarks& lead) {
  for (size_t i = 0; i < lead.qrs.size(); ++i) {
    const WaveMark& qrs = lead.qrs[i];
    size_t k = 0;
    while (k < beats.size() && std::abs(centres[k] - qrs.peak) > kSameBeat) ++k;
    if (k == beats.size()) {
      beats.emplace_back();
      centres.push_back(qrs.peak);
    }
    beats[k].qrs.push_back(qrs);
    const int64_t previous = i > 0 ? lead.qrs[i - 1].peak : -1;
    const int64_t next = i + 1 < lead.qrs.size() ? lead.qrs[i + 1].peak : INT64_MAX;
    const WaveMark *p = nullptr, *t = nullptr;
    for (const WaveMark& wave : lead.p)
      if (wave.peak > previous && wave.peak < qrs.peak && qrs.on - wave.on < 200) p = &wave;
    for (const WaveMark& wave : lead.t)
      if (wave.peak > qrs.peak && wave.peak < next && t == nullptr) t = &wave;
    if (p != nullptr) beats[k].p.push_back(*p);
    if (t != nullptr) beats[k].t.push_back(*t);
  }
}

int64_t middle(std::vector<int64_t> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

std::optional<WaveMark> over_leads(const std::vector<WaveMark>& marks, size_t leads) {
  if (marks.empty() || marks.size() * 2 < leads) return std::nullopt;
  std::vector<int64_t> on, peak, off;
  for (const WaveMark& mark : marks) {
    on.push_back(mark.on);
    peak.push_back(mark.peak);
    off.push_back(mark.off);
  }
  return WaveMark{middle(on), middle(peak), middle(off)};
}

Result<LudbRecord> read_ludb(const std::filesystem::path& folder, int id) {
  constexpr std::array kLeads = {"i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"};
  LudbRecord record;
  record.id = id;
  XL_TRY(record.signals, read_signals(folder / std::to_string(id)));
  std::vector<int64_t> centres;
  for (const char* lead : kLeads) {
    XL_TRY(const std::vector<Mark> marks, read_marks(folder / (std::to_string(id) + "." + lead)));
    add_lead(record.beats, centres, triples(marks));
  }
  std::sort(record.beats.begin(), record.beats.end(),
            [](const ManualBeat& a, const ManualBeat& b) { return a.qrs.front().peak < b.qrs.front().peak; });
  return record;
}

}  // namespace xinglin::resting_ecg::eval
