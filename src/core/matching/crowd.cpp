#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/matching/learn.h"

namespace xinglin::matching {

struct Crowd::Impl {
  Limits limits;
  std::vector<Traits> people;
  std::unordered_map<int64_t, std::vector<uint32_t>> keys;
  std::unordered_map<std::string, int64_t> families, givens;
};

Crowd::Crowd() : Crowd(Limits{}) {}
Crowd::Crowd(Limits limits) : impl_(std::make_unique<Impl>()) {
  impl_->limits = limits;
}
Crowd::~Crowd() = default;

uint32_t Crowd::add(Traits traits) {
  const auto person = static_cast<uint32_t>(impl_->people.size());
  for (const Key& key : keys_of(traits)) impl_->keys[key.value].push_back(person);
  for (const PersonName& name : traits.names) {
    if (!name.family.empty()) ++impl_->families[name.family];
    if (!name.given.empty()) ++impl_->givens[name.given];
  }
  impl_->people.push_back(std::move(traits));
  return person;
}

size_t Crowd::size() const {
  return impl_->people.size();
}
const Traits& Crowd::at(uint32_t person) const {
  return impl_->people[person];
}

std::vector<uint32_t> Crowd::candidates(const Traits& traits, uint32_t end) const {
  std::unordered_map<uint32_t, double> score;
  for (const Key& key : lookups_of(traits)) {
    const auto found = impl_->keys.find(key.value);
    if (found == impl_->keys.end() || found->second.size() > impl_->limits.per_key) continue;
    const double says = 1.0 / static_cast<double>(found->second.size());
    for (const uint32_t other : found->second) {
      if (other >= end) break;  // they are kept in order
      score[other] += says;
    }
  }
  std::vector<std::pair<double, uint32_t>> order;
  order.reserve(score.size());
  for (const auto& [other, says] : score) order.emplace_back(-says, other);
  std::ranges::sort(order);
  order.resize(std::min(order.size(), impl_->limits.candidates));
  std::vector<uint32_t> out;
  out.reserve(order.size());
  for (const auto& [says, other] : order) out.push_back(other);
  return out;
}

std::vector<NameShares> Crowd::shares(const Model& model, const Traits& traits) const {
  const auto people = static_cast<int64_t>(size());
  const auto count = [](const auto& names, const std::string& name) {
    const auto found = names.find(name);
    return found == names.end() ? int64_t{0} : found->second;
  };
  std::vector<NameShares> out;
  for (const PersonName& name : traits.names)
    out.push_back({share_of(model, Field::Family, count(impl_->families, name.family), people),
                   share_of(model, Field::Given, count(impl_->givens, name.given), people)});
  return out;
}

std::vector<Link> link(const Crowd& crowd, const Model& model, double least_probability) {
  const Prior prior = prior_of(model, static_cast<double>(crowd.size()));
  std::vector<Link> out;
  for (uint32_t b = 0; b < crowd.size(); ++b) {
    const Traits& traits = crowd.at(b);
    const std::vector<NameShares> shares = crowd.shares(model, traits);
    for (const uint32_t a : crowd.candidates(traits, b)) {
      const Comparison found = compare(traits, crowd.at(a));
      if (probability(model, found, shares, prior) < least_probability) continue;
      out.push_back({a, b, judge(model, found, shares, prior)});
    }
  }
  return out;
}

}  // namespace xinglin::matching
