#include "core/trust/merkle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "base/result.h"

namespace xinglin::trust::merkle {

namespace {

// The largest power of two smaller than n (n > 1): where a tree of n leaves splits.
size_t split_of(size_t n) {
  return std::bit_floor(n - 1);
}

}  // namespace

Digest hash_leaf(std::string_view record) {
  Sha256 hash;
  hash.update(std::string_view("\0", 1));
  hash.update(record);
  return hash.finish();
}

Digest hash_node(const Digest& left, const Digest& right) {
  std::array<uint8_t, 65> bytes{1};
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  return sha256(bytes);
}

void CompactRange::append(const Digest& leaf) {
  Digest joined = leaf;
  for (uint64_t rest = static_cast<uint64_t>(size_); (rest & 1) != 0; rest >>= 1) {
    joined = hash_node(subtrees_.back(), joined);
    subtrees_.pop_back();
  }
  subtrees_.push_back(joined);
  ++size_;
}

Digest CompactRange::root() const {
  if (subtrees_.empty()) return sha256(std::string_view());
  Digest joined = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i > 0; --i) joined = hash_node(subtrees_[i - 1], joined);
  return joined;
}

std::vector<uint8_t> CompactRange::frontier() const {
  std::vector<uint8_t> out;
  for (const Digest& d : subtrees_) out.insert(out.end(), d.begin(), d.end());
  return out;
}

std::optional<CompactRange> CompactRange::restore(int64_t size, std::span<const uint8_t> frontier) {
  if (size < 0) return std::nullopt;
  const auto count = static_cast<size_t>(std::popcount(static_cast<uint64_t>(size)));
  if (frontier.size() != count * sizeof(Digest)) return std::nullopt;
  CompactRange out;
  out.size_ = size;
  out.subtrees_.resize(count);
  for (size_t i = 0; i < count; ++i)
    std::copy_n(frontier.begin() + static_cast<std::ptrdiff_t>(i * sizeof(Digest)), sizeof(Digest),
                out.subtrees_[i].begin());
  return out;
}

Digest root_of(std::span<const Digest> leaves) {
  CompactRange range;
  for (const Digest& leaf : leaves) range.append(leaf);
  return range.root();
}

std::vector<Digest> inclusion_proof(std::span<const Digest> leaves, int64_t index) {
  XL_ASSERT(index >= 0 && static_cast<size_t>(index) < leaves.size());
  std::vector<Digest> proof;
  auto at = static_cast<size_t>(index);
  while (leaves.size() > 1) {
    const size_t split = split_of(leaves.size());
    const auto left = leaves.first(split), right = leaves.subspan(split);
    proof.push_back(root_of(at < split ? right : left));
    leaves = at < split ? left : right;
    if (at >= split) at -= split;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

std::vector<Digest> consistency_proof(std::span<const Digest> leaves, int64_t first) {
  XL_ASSERT(first > 0 && static_cast<size_t>(first) <= leaves.size());
  std::vector<Digest> proof;
  auto old_size = static_cast<size_t>(first);
  bool whole_old_tree = true;  // the old root itself is known to the reader and left out
  while (old_size != leaves.size()) {
    const size_t split = split_of(leaves.size());
    const auto left = leaves.first(split), right = leaves.subspan(split);
    if (old_size <= split) {
      proof.push_back(root_of(right));
      leaves = left;
    } else {
      proof.push_back(root_of(left));
      leaves = right;
      old_size -= split;
      whole_old_tree = false;
    }
  }
  if (!whole_old_tree) proof.push_back(root_of(leaves));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

// RFC 9162 2.1.3.2, the same tree with the verification written out.
bool verify_inclusion(const Digest& leaf, int64_t index, int64_t size, std::span<const Digest> proof,
                      const Digest& root) {
  if (index < 0 || index >= size) return false;
  auto fn = static_cast<uint64_t>(index), sn = static_cast<uint64_t>(size - 1);
  Digest joined = leaf;
  for (const Digest& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      joined = hash_node(p, joined);
      while ((fn & 1) == 0 && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      joined = hash_node(joined, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && joined == root;
}

// RFC 9162 2.1.4.2.
bool verify_consistency(int64_t first, int64_t second, const Digest& first_root, const Digest& second_root,
                        std::span<const Digest> proof) {
  if (first < 0 || first > second) return false;
  if (first == second) return proof.empty() && first_root == second_root;
  if (first == 0) return proof.empty() && first_root == sha256(std::string_view());
  std::vector<Digest> path(proof.begin(), proof.end());
  if (std::has_single_bit(static_cast<uint64_t>(first))) path.insert(path.begin(), first_root);
  if (path.empty()) return false;
  auto fn = static_cast<uint64_t>(first - 1), sn = static_cast<uint64_t>(second - 1);
  while ((fn & 1) != 0) fn >>= 1, sn >>= 1;
  Digest old_joined = path[0], new_joined = path[0];
  for (size_t i = 1; i < path.size(); ++i) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      old_joined = hash_node(path[i], old_joined);
      new_joined = hash_node(path[i], new_joined);
      while ((fn & 1) == 0 && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      new_joined = hash_node(new_joined, path[i]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && old_joined == first_root && new_joined == second_root;
}

}  // namespace xinglin::trust::merkle
