// Learning the model without being told who is who, by expectation maximisation (Dempster, Laird and Rubin
// 1977; for linkage: Winkler 1988). Pairs that share no key are taken to be of different people; they are
// what u is mostly made of. Fields that nobody of these people has keep what the first model says. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/matching/blocking.h"
#include "core/matching/model.h"

namespace xinglin::matching {

// People in memory, found by their keys: for learning, for files, for tests. Not thread-safe while it grows.
class Crowd {
public:
  // How many others one person is compared with, and how many may share a key before it says too little.
  struct Limits {
    size_t candidates = 2000, per_key = 2000;
  };
  Crowd();
  explicit Crowd(Limits limits);
  ~Crowd();
  uint32_t add(Traits traits);
  size_t size() const;
  const Traits& at(uint32_t person) const;
  // Those before `end` who share a key, most keys of the rarest first.
  std::vector<uint32_t> candidates(const Traits& traits, uint32_t end) const;
  std::vector<NameShares> shares(const Model& model, const Traits& traits) const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct Learned {
  Model model;
  int64_t pairs = 0;   // that were compared
  double matches = 0;  // expected
  int rounds = 0;
};
Learned learn(const Crowd& crowd, const Model& first, uint64_t seed);

struct Link {
  uint32_t a = 0, b = 0;  // a < b
  Judgement judgement;
};
// Every two of the crowd that share a key and are one person with at least this probability.
std::vector<Link> link(const Crowd& crowd, const Model& model, double least_probability);

}  // namespace xinglin::matching
