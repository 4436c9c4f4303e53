// The Merkle tree of RFC 6962 (Certificate Transparency) over leaf hashes: root, inclusion and consistency
// proofs, and a CompactRange that continues a tree from the roots of its complete subtrees, so that appending
// costs O(log n) memory. Pure functions and values; no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace xinglin::trust::merkle {

Digest hash_leaf(std::string_view record);                  // SHA-256(0x00 || record), RFC 6962 2.1
Digest hash_node(const Digest& left, const Digest& right);  // SHA-256(0x01 || left || right)

class CompactRange {
public:
  void append(const Digest& leaf);
  int64_t size() const { return size_; }
  Digest root() const;  // of an empty tree: SHA-256 of nothing
  std::vector<uint8_t> frontier()
      const;  // what restore() needs, 32 bytes for each complete subtree, largest first
  static std::optional<CompactRange> restore(int64_t size, std::span<const uint8_t> frontier);

private:
  int64_t size_ = 0;
  std::vector<Digest> subtrees_;  // largest first; their sizes are the set bits of size_
};

Digest root_of(std::span<const Digest> leaves);
// RFC 6962 2.1.1; index < leaves.size().
std::vector<Digest> inclusion_proof(std::span<const Digest> leaves, int64_t index);
// RFC 6962 2.1.2; 0 < first <= leaves.size(). Empty when they are equal.
std::vector<Digest> consistency_proof(std::span<const Digest> leaves, int64_t first);

bool verify_inclusion(const Digest& leaf, int64_t index, int64_t size, std::span<const Digest> proof,
                      const Digest& root);
bool verify_consistency(int64_t first, int64_t second, const Digest& first_root, const Digest& second_root,
                        std::span<const Digest> proof);

}  // namespace xinglin::trust::merkle
