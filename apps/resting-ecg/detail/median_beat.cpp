#include "apps/resting-ecg/detail/median_beat.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kKnotWidthS = 0.016;

// Monotone piecewise cubic through knots at (x, y): slopes limited as by Fritsch and Carlson (SIAM J. Numer.
// Anal. 17:238).
class Curve {
public:
  Curve(std::vector<double> x, std::vector<double> y)
      : x_(std::move(x)), y_(std::move(y)), slope_(x_.size(), 0.0) {
    for (size_t i = 1; i + 1 < x_.size(); ++i) {
      const double left = (y_[i] - y_[i - 1]) / (x_[i] - x_[i - 1]);
      const double right = (y_[i + 1] - y_[i]) / (x_[i + 1] - x_[i]);
      if (left * right > 0) slope_[i] = 2 * left * right / (left + right);
    }
  }

  void subtract_from(Samples& samples) const {
    size_t k = 0;
    for (size_t i = 0; i < samples.size(); ++i) {
      const auto t = static_cast<double>(i);
      while (k + 1 < x_.size() && t > x_[k + 1]) ++k;
      samples[i] -= static_cast<float>(at(t, k));
    }
  }

private:
  double at(double t, size_t k) const {
    if (t <= x_.front()) return y_.front();
    if (t >= x_.back()) return y_.back();
    const double h = x_[k + 1] - x_[k], u = (t - x_[k]) / h, v = 1 - u;
    return v * v * (1 + 2 * u) * y_[k] + u * v * v * h * slope_[k] + u * u * (3 - 2 * u) * y_[k + 1] -
           u * u * v * h * slope_[k + 1];
  }

  std::vector<double> x_, y_, slope_;
};

// A beat and the stretch of the strip that belongs to it: not the neighbours' QRS.
struct Member {
  ptrdiff_t at = 0, from = 0, to = 0;
};

std::vector<Member> choose_members(const std::vector<SortedBeat>& beats, int shape, ptrdiff_t length,
                                   double rate_hz, size_t members_max) {
  constexpr double kAfterNeighbourS = 0.10, kBeforeNeighbourS = 0.09;
  std::vector<Member> members;
  for (size_t i = 0; i < beats.size(); ++i) {
    if (beats[i].shape != shape) continue;
    Member member{beats[i].at, 0, length};
    if (i > 0) member.from = std::min(member.at, beats[i - 1].at + std::lround(kAfterNeighbourS * rate_hz));
    if (i + 1 < beats.size())
      member.to = std::max(member.at + 1, beats[i + 1].at - std::lround(kBeforeNeighbourS * rate_hz));
    members.push_back(member);
  }
  if (members.size() <= members_max) return members;
  std::vector<Member> chosen;
  for (size_t i = 0; i < members_max; ++i) chosen.push_back(members[i * members.size() / members_max]);
  return chosen;
}

float median_in_place(std::vector<float>& column) {
  const auto middle = column.begin() + static_cast<ptrdiff_t>(column.size() / 2);
  std::nth_element(column.begin(), middle, column.end());
  return column.size() % 2 == 1 ? *middle : (*middle + *std::max_element(column.begin(), middle)) / 2;
}

constexpr size_t kBlock = 64;
using Row = std::array<float, kBlock>;

// Medians of kBlock neighbouring samples at once: an odd-even transposition sort whose comparisons are loops
// over the block, which the compiler turns into vector instructions.
void block_medians(std::vector<Row>& rows, float* out) {
  const size_t m = rows.size();
  for (size_t pass = 0; pass < m; ++pass) {
    for (size_t r = pass % 2; r + 1 < m; r += 2) {
      float *a = rows[r].data(), *b = rows[r + 1].data();
      for (size_t i = 0; i < kBlock; ++i) {
        const float low = a[i] < b[i] ? a[i] : b[i], high = a[i] < b[i] ? b[i] : a[i];
        a[i] = low;
        b[i] = high;
      }
    }
  }
  const Row &upper = rows[m / 2], &lower = rows[(m - 1) / 2];
  for (size_t i = 0; i < kBlock; ++i) out[i] = (upper[i] + lower[i]) / 2;
}

class Averager {
public:
  Averager(std::vector<Member> members, ptrdiff_t centre, ptrdiff_t length)
      : members_(std::move(members)), centre_(centre), length_(length), rows_(members_.size()) {
    // Every member reaches from `first` up to `last`.
    first_ = 0;
    last_ = length;
    for (const Member& member : members_) {
      first_ = std::max(first_, member.from - member.at + centre_);
      last_ = std::min(last_, member.to - member.at + centre_);
    }
    first_ = std::clamp<ptrdiff_t>(first_, 0, centre_);
    last_ = std::clamp<ptrdiff_t>(last_, centre_, length_);
  }

  Samples average(const Samples& lead) {
    Samples beat(static_cast<size_t>(length_), 0.0f);
    ptrdiff_t i = first_;
    for (; i + static_cast<ptrdiff_t>(kBlock) <= last_; i += kBlock) {
      for (size_t m = 0; m < members_.size(); ++m)
        std::copy_n(lead.begin() + (members_[m].at - centre_ + i), kBlock, rows_[m].begin());
      block_medians(rows_, beat.data() + i);
    }
    // The rest one by one; where fewer than a third of the members reach, the nearest value is held.
    for (; i < length_; ++i)
      beat[static_cast<size_t>(i)] = one(lead, i, i > 0 ? beat[static_cast<size_t>(i - 1)] : 0);
    for (i = first_ - 1; i >= 0; --i)
      beat[static_cast<size_t>(i)] = one(lead, i, beat[static_cast<size_t>(i + 1)]);
    return beat;
  }

private:
  float one(const Samples& lead, ptrdiff_t i, float otherwise) {
    column_.clear();
    for (const Member& member : members_) {
      const ptrdiff_t sample = member.at - centre_ + i;
      if (sample >= member.from && sample < member.to) column_.push_back(lead[static_cast<size_t>(sample)]);
    }
    return column_.empty() || column_.size() * 3 < members_.size() ? otherwise : median_in_place(column_);
  }

  std::vector<Member> members_;
  ptrdiff_t centre_, length_, first_ = 0, last_ = 0;
  std::vector<Row> rows_;
  std::vector<float> column_;
};

}  // namespace

void take_out_baseline(Leads& leads, double rate_hz, const std::vector<SortedBeat>& beats, ptrdiff_t onset) {
  const auto width = std::max<ptrdiff_t>(1, std::lround(kKnotWidthS * rate_hz));
  for (Samples& lead : leads) {
    std::vector<double> x, y;
    const auto length = static_cast<ptrdiff_t>(lead.size());
    for (const SortedBeat& beat : beats) {
      const ptrdiff_t end = beat.at + onset, begin = end - width;
      if (begin < 0 || end > length || (!x.empty() && static_cast<double>(begin) <= x.back() + 1)) continue;
      double sum = 0;
      for (ptrdiff_t i = begin; i < end; ++i) sum += lead[static_cast<size_t>(i)];
      x.push_back(static_cast<double>(begin + width / 2));
      y.push_back(sum / static_cast<double>(width));
    }
    if (x.empty()) {
      x.push_back(0);
      y.push_back(median(lead));
    }
    Curve(std::move(x), std::move(y)).subtract_from(lead);
  }
}

MedianBeat median_beat(const Leads& leads, double rate_hz, const std::vector<SortedBeat>& beats, int shape,
                       size_t members_max) {
  MedianBeat out;
  out.rate_hz = rate_hz;
  out.centre = std::lround(kBeatPreS * rate_hz);
  const auto length = out.centre + static_cast<ptrdiff_t>(std::lround(kBeatPostS * rate_hz)) + 1;
  if (leads.empty()) return out;
  std::vector<Member> members =
      choose_members(beats, shape, static_cast<ptrdiff_t>(leads.front().size()), rate_hz, members_max);
  out.members = members.size();
  if (members.empty()) {
    out.leads.assign(leads.size(), Samples(static_cast<size_t>(length), 0.0f));
    return out;
  }
  Averager averager(std::move(members), out.centre, length);
  for (const Samples& lead : leads) out.leads.push_back(averager.average(lead));
  return out;
}

MedianBeat single_beat(const Leads& leads, double rate_hz, ptrdiff_t at) {
  return median_beat(leads, rate_hz, {SortedBeat{at, 0, 0, 1}}, 0, 1);
}

}  // namespace xinglin::resting_ecg::detail
