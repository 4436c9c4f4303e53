#include "apps/resting-ecg/eval/scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

#include "apps/resting-ecg/analysis.h"
#include "apps/resting-ecg/eval/ludb.h"

namespace xinglin::resting_ecg::eval {

namespace {

constexpr double kToleranceS = 0.150;
constexpr int kRounds = 2000;
constexpr double kLudbFromS = 2, kLudbToS = 8;

// Percentile bootstrap over records with a fixed seed.
template <class Statistic>
Estimate bootstrap(size_t n, Statistic&& statistic) {
  std::vector<size_t> all(n);
  std::iota(all.begin(), all.end(), size_t{0});
  Estimate out;
  out.value = statistic(all);
  if (n < 2) return {out.value, out.value, out.value};
  std::mt19937 random(20'260'101);
  std::vector<double> values;
  std::vector<size_t> chosen(n);
  for (int round = 0; round < kRounds; ++round) {
    for (size_t& index : chosen) index = random() % n;
    values.push_back(statistic(chosen));
  }
  std::sort(values.begin(), values.end());
  out.low = values[static_cast<size_t>(0.025 * kRounds)];
  out.high = values[static_cast<size_t>(0.975 * kRounds)];
  return out;
}

double percent(long part, long rest) {
  return part + rest == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(part + rest);
}

double middle(std::vector<double> values) {
  if (values.empty()) return std::nan("");
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct Episode {
  double from_s = 0, to_s = 0;
};

std::vector<Episode> flutter_episodes(const std::vector<Mark>& marks, double rate_hz) {
  constexpr int kOn = 32, kOff = 33;
  std::vector<Episode> episodes;
  for (const Mark& mark : marks) {
    const double at = static_cast<double>(mark.sample) / rate_hz;
    if (mark.code == kOn) episodes.push_back({at, 1e9});
    if (mark.code == kOff && !episodes.empty()) episodes.back().to_s = at;
  }
  return episodes;
}

Result<Counts> score_mitdb_record(const std::filesystem::path& record) {
  XL_TRY(const waveform::Group group, read_signals(record));
  XL_TRY(const std::vector<Mark> marks, read_marks(record.string() + ".atr"));
  XL_TRY(const Analysis analysis, analyse(group));
  const std::vector<Episode> episodes = flutter_episodes(marks, group.rate_hz);
  const auto counted = [&](double at) {
    return std::none_of(episodes.begin(), episodes.end(), [&](const Episode& e) {
      return at >= e.from_s - kToleranceS && at <= e.to_s + kToleranceS;
    });
  };
  std::vector<double> marked, found;
  for (const Mark& mark : marks) {
    const double at = static_cast<double>(mark.sample) / group.rate_hz;
    if (is_beat(mark.code) && counted(at)) marked.push_back(at);
  }
  for (const BeatMarks& beat : analysis.beats)
    if (counted(beat.r_ms / 1000)) found.push_back(beat.r_ms / 1000);
  return match(record.filename().string(), marked, found, kToleranceS);
}

struct Differences {
  std::vector<double> p_on, p_off, qrs_on, qrs_off, t_off;
  std::vector<double> p, pr, qrs, qt;  // manual intervals, per lead and beat
  size_t beats = 0, with_p = 0;
};

const BeatMarks* nearest(const Analysis& analysis, double at_ms) {
  const BeatMarks* best = nullptr;
  for (const BeatMarks& beat : analysis.beats)
    if (std::abs(beat.r_ms - at_ms) <= kToleranceS * 1000 &&
        (best == nullptr || std::abs(beat.r_ms - at_ms) < std::abs(best->r_ms - at_ms)))
      best = &beat;
  return best;
}

void add_difference(std::vector<double>& to, const std::optional<double>& found_ms, int64_t marked,
                    double rate_hz) {
  if (found_ms) to.push_back(*found_ms - static_cast<double>(marked) * 1000 / rate_hz);
}

void add_beat(Differences& d, const ManualBeat& marks, const BeatMarks& found, double rate_hz) {
  const size_t leads = 12;
  const auto qrs = over_leads(marks.qrs, leads), p = over_leads(marks.p, leads),
             t = over_leads(marks.t, leads);
  if (!qrs || !found.usual_shape) return;
  const auto ms = [&](int64_t samples) { return static_cast<double>(samples) * 1000 / rate_hz; };
  ++d.beats;
  add_difference(d.qrs_on, found.qrs_on_ms, qrs->on, rate_hz);
  add_difference(d.qrs_off, found.qrs_off_ms, qrs->off, rate_hz);
  std::vector<double> durations;
  for (const WaveMark& mark : marks.qrs) durations.push_back(ms(mark.off - mark.on));
  d.qrs.push_back(middle(durations));
  if (p) {
    ++d.with_p;
    add_difference(d.p_on, found.p_on_ms, p->on, rate_hz);
    add_difference(d.p_off, found.p_off_ms, p->off, rate_hz);
    d.p.push_back(ms(p->off - p->on));
    d.pr.push_back(ms(qrs->on - p->on));
  }
  if (t) {
    add_difference(d.t_off, found.t_off_ms, t->off, rate_hz);
    d.qt.push_back(ms(t->off - qrs->on));
  }
}

void push_known(std::vector<double>& to, double value) {
  if (!std::isnan(value)) to.push_back(value);
}

void add_record(LudbScores& scores, const Differences& d, const Analysis& analysis) {
  push_known(scores.p_on, middle(d.p_on));
  push_known(scores.p_off, middle(d.p_off));
  push_known(scores.qrs_on, middle(d.qrs_on));
  push_known(scores.qrs_off, middle(d.qrs_off));
  push_known(scores.t_off, middle(d.t_off));
  const auto interval = [](std::vector<double>& to, const Measure& measured,
                           const std::vector<double>& manual) {
    if (measured.known() && !manual.empty()) to.push_back(*measured.value - middle(manual));
  };
  interval(scores.qrs_duration, analysis.qrs_ms, d.qrs);
  interval(scores.qt, analysis.qt_ms, d.qt);
  const bool marked = d.with_p * 2 > d.beats;
  if (marked) {
    interval(scores.p_duration, analysis.p_ms, d.p);
    interval(scores.pr, analysis.pr_ms, d.pr);
  }
  const PWaves said = analysis.p_waves;
  (marked                    ? said == PWaves::Present  ? scores.p_present_right
                               : said == PWaves::Absent ? scores.p_present_missed
                                                        : scores.p_present_open
   : said == PWaves::Absent  ? scores.p_absent_right
   : said == PWaves::Present ? scores.p_absent_wrong
                             : scores.p_absent_open)++;
}

// A mark inside the window may be met by any detection, a detection inside by any mark: the window's edges
// cut no pair.
Counts count_ludb(const LudbRecord& record, const Analysis& analysis) {
  Counts counts;
  counts.record = std::to_string(record.id);
  const auto inside = [](double at) { return at >= kLudbFromS && at <= kLudbToS; };
  std::vector<double> marked, found;
  for (const ManualBeat& beat : record.beats) {
    std::vector<double> peaks;
    for (const WaveMark& mark : beat.qrs)
      peaks.push_back(static_cast<double>(mark.peak) / record.signals.rate_hz);
    marked.push_back(middle(peaks));
  }
  for (const BeatMarks& beat : analysis.beats) found.push_back(beat.r_ms / 1000);
  const auto met = [](const std::vector<double>& others, double at) {
    return std::any_of(others.begin(), others.end(),
                       [&](double o) { return std::abs(o - at) <= kToleranceS; });
  };
  for (const double at : marked)
    if (inside(at)) ++(met(found, at) ? counts.matched : counts.missed);
  for (const double at : found)
    if (inside(at) && !met(marked, at)) ++counts.extra;
  return counts;
}

}  // namespace

Counts match(std::string record, const std::vector<double>& marks_s, const std::vector<double>& found_s,
             double tolerance_s) {
  Counts counts;
  counts.record = std::move(record);
  size_t i = 0, j = 0;
  while (i < marks_s.size() && j < found_s.size()) {
    const double apart = std::abs(marks_s[i] - found_s[j]);
    if (apart > tolerance_s) {
      ++(marks_s[i] < found_s[j] ? counts.missed : counts.extra);
      ++(marks_s[i] < found_s[j] ? i : j);
      continue;
    }
    const bool next_found_nearer = j + 1 < found_s.size() && std::abs(marks_s[i] - found_s[j + 1]) < apart;
    const bool next_mark_wants_it =
        next_found_nearer && i + 1 < marks_s.size() &&
        std::abs(marks_s[i + 1] - found_s[j + 1]) <= std::abs(marks_s[i] - found_s[j + 1]);
    if (next_found_nearer && !next_mark_wants_it) {
      ++counts.extra;
      ++j;
      continue;
    }
    ++counts.matched;
    ++i;
    ++j;
  }
  counts.missed += static_cast<long>(marks_s.size() - i);
  counts.extra += static_cast<long>(found_s.size() - j);
  return counts;
}

Estimate sensitivity(const std::vector<Counts>& records) {
  return bootstrap(records.size(), [&](const std::vector<size_t>& chosen) {
    long matched = 0, missed = 0;
    for (const size_t i : chosen) {
      matched += records[i].matched;
      missed += records[i].missed;
    }
    return percent(matched, missed);
  });
}

Estimate positive_predictivity(const std::vector<Counts>& records) {
  return bootstrap(records.size(), [&](const std::vector<size_t>& chosen) {
    long matched = 0, extra = 0;
    for (const size_t i : chosen) {
      matched += records[i].matched;
      extra += records[i].extra;
    }
    return percent(matched, extra);
  });
}

Spread spread(const std::vector<double>& values) {
  Spread out;
  out.n = values.size();
  const auto mean_of = [&](const std::vector<size_t>& chosen) {
    double sum = 0;
    for (const size_t i : chosen) sum += values[i];
    return chosen.empty() ? 0 : sum / static_cast<double>(chosen.size());
  };
  out.mean = bootstrap(values.size(), mean_of);
  out.sd = bootstrap(values.size(), [&](const std::vector<size_t>& chosen) {
    const double mean = mean_of(chosen);
    double squares = 0;
    for (const size_t i : chosen) squares += (values[i] - mean) * (values[i] - mean);
    return chosen.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(chosen.size() - 1));
  });
  return out;
}

Result<std::vector<Counts>> score_mitdb(const std::filesystem::path& folder, size_t every) {
  std::set<std::filesystem::path> records;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".hea") records.insert(folder / entry.path().stem());
  std::vector<Counts> counts;
  size_t index = 0;
  for (const auto& record : records) {
    if (index++ % every != 0) continue;
    XL_TRY(Counts one, score_mitdb_record(record));
    counts.push_back(std::move(one));
  }
  return counts;
}

Result<LudbScores> score_ludb(const std::filesystem::path& folder) {
  std::set<int> ids;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".hea") ids.insert(std::stoi(entry.path().stem().string()));
  LudbScores scores;
  for (const int id : ids) {
    XL_TRY(const LudbRecord record, read_ludb(folder, id));
    XL_TRY(const Analysis analysis, analyse(record.signals));
    ++scores.records;
    scores.qrs.push_back(count_ludb(record, analysis));
    Differences differences;
    for (const ManualBeat& beat : record.beats) {
      const double at_s = static_cast<double>(beat.qrs.front().peak) / record.signals.rate_hz;
      const BeatMarks* found = nearest(analysis, at_s * 1000);
      if (at_s >= kLudbFromS && at_s <= kLudbToS && found != nullptr)
        add_beat(differences, beat, *found, record.signals.rate_hz);
    }
    add_record(scores, differences, analysis);
  }
  return scores;
}

}  // namespace xinglin::resting_ecg::eval
