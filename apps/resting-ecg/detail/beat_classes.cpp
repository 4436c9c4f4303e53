#include "apps/resting-ecg/detail/beat_classes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kHalfWindowS = 0.10;
constexpr double kLagMaxS = 0.04;
constexpr float kSameShape = 0.88f;
constexpr float kAmplitudeRatioMax = 2.0f;
constexpr size_t kShapesMax = 12;

struct Shape {
  std::vector<float> values;  // leads one after another, each centred on its mean
  double energy = 0;
  size_t count = 0, first = 0;
};

struct Match {
  float likeness = -1;
  ptrdiff_t lag = 0;
  double fraction = 0;
  bool same = false;
};

// Where the parabola through three neighbouring scores has its top, relative to the middle one.
double vertex(const std::vector<float>& scores, size_t middle) {
  if (middle == 0 || middle + 1 >= scores.size()) return 0;
  const double left = scores[middle - 1], top = scores[middle], right = scores[middle + 1];
  const double curvature = left - 2 * top + right;
  return curvature >= 0 ? 0 : std::clamp((left - right) / (2 * curvature), -0.5, 0.5);
}

class Sorter {
public:
  Sorter(const Leads& leads, double rate_hz)
      : leads_(leads),
        half_(static_cast<ptrdiff_t>(std::lround(kHalfWindowS * rate_hz))),
        lag_max_(static_cast<ptrdiff_t>(std::lround(kLagMaxS * rate_hz))),
        length_(static_cast<ptrdiff_t>(leads.front().size())) {}

  bool inside(ptrdiff_t at) const { return at - half_ >= 0 && at + half_ < length_; }

  std::vector<float> cut(ptrdiff_t at) const {
    std::vector<float> out;
    out.reserve(leads_.size() * static_cast<size_t>(2 * half_ + 1));
    for (const Samples& lead : leads_) {
      const auto begin = lead.begin() + (at - half_), end = lead.begin() + (at + half_ + 1);
      const float mean = std::accumulate(begin, end, 0.0f) / static_cast<float>(2 * half_ + 1);
      for (auto it = begin; it != end; ++it) out.push_back(*it - mean);
    }
    return out;
  }

  // The best lag of the beat at `at` against the shape.
  Match match(const Shape& shape, ptrdiff_t at) const {
    Match best;
    std::vector<float> scores(static_cast<size_t>(2 * lag_max_ + 1), -1.0f);
    double best_energy = 0;
    for (ptrdiff_t lag = -lag_max_; lag <= lag_max_; ++lag) {
      if (!inside(at + lag)) continue;
      const std::vector<float> beat = cut(at + lag);
      const double energy = std::inner_product(beat.begin(), beat.end(), beat.begin(), 0.0);
      const double dot = std::inner_product(beat.begin(), beat.end(), shape.values.begin(), 0.0);
      const auto score = static_cast<float>(dot / std::sqrt(energy * shape.energy + 1e-9));
      scores[static_cast<size_t>(lag + lag_max_)] = score;
      if (score <= best.likeness) continue;
      best = {score, lag, 0, false};
      best_energy = energy;
    }
    best.fraction = vertex(scores, static_cast<size_t>(best.lag + lag_max_));
    const double ratio = std::sqrt((best_energy + 1e-9) / (shape.energy + 1e-9));
    best.same = best.likeness >= kSameShape && ratio < kAmplitudeRatioMax && ratio > 1 / kAmplitudeRatioMax;
    return best;
  }

  Shape shape_at(ptrdiff_t at, size_t index) const {
    Shape shape;
    shape.values = cut(at);
    shape.energy = std::inner_product(shape.values.begin(), shape.values.end(), shape.values.begin(), 0.0);
    shape.count = 1;
    shape.first = index;
    return shape;
  }

  // The running mean of the members, so that noise in the first one does not decide.
  void learn(Shape& shape, ptrdiff_t at) const {
    const std::vector<float> beat = cut(at);
    ++shape.count;
    const float part = 1.0f / static_cast<float>(std::min<size_t>(shape.count, 16));
    for (size_t i = 0; i < beat.size(); ++i) shape.values[i] += part * (beat[i] - shape.values[i]);
    shape.energy = std::inner_product(shape.values.begin(), shape.values.end(), shape.values.begin(), 0.0);
  }

private:
  const Leads& leads_;
  ptrdiff_t half_, lag_max_, length_;
};

}  // namespace

std::vector<SortedBeat> sort_beats(const Leads& leads, double rate_hz, const std::vector<size_t>& beats) {
  std::vector<SortedBeat> sorted(beats.size());
  if (leads.empty() || beats.empty()) return sorted;
  const Sorter sorter(leads, rate_hz);
  std::vector<Shape> shapes;
  const auto best_shape = [&](ptrdiff_t at, Match& best) {
    size_t chosen = shapes.size();
    for (size_t k = 0; k < shapes.size(); ++k) {
      const Match match = sorter.match(shapes[k], at);
      if (match.likeness <= best.likeness && chosen < shapes.size()) continue;
      best = match;
      chosen = k;
    }
    return chosen;
  };
  for (size_t i = 0; i < beats.size(); ++i) {
    const auto at = static_cast<ptrdiff_t>(beats[i]);
    if (!sorter.inside(at)) continue;
    Match best;
    const size_t chosen = best_shape(at, best);
    if (chosen < shapes.size() && best.same)
      sorter.learn(shapes[chosen], at + best.lag);
    else if (shapes.size() < kShapesMax)
      shapes.push_back(sorter.shape_at(at, i));
  }
  std::stable_sort(shapes.begin(), shapes.end(),
                   [](const Shape& a, const Shape& b) { return a.count > b.count; });
  for (size_t i = 0; i < beats.size(); ++i) {
    const auto at = static_cast<ptrdiff_t>(beats[i]);
    sorted[i] = {at, 0, -1, 0};
    if (!sorter.inside(at)) continue;
    Match best;
    const size_t chosen = best_shape(at, best);
    sorted[i] = {at + best.lag, best.fraction, best.same ? static_cast<int>(chosen) : -1, best.likeness};
  }
  return sorted;
}

}  // namespace xinglin::resting_ecg::detail
