// Known answers: transparency-dev/merkle (Go reference of RFC 6962), proof/verify_test.go and its reference
// leaves.
#include "core/trust/merkle.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace xinglin::trust::merkle {
namespace {

const char* const kLeaves[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const char* const kRoots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Digest> reference_leaves() {
  std::vector<Digest> out;
  for (const char* hex : kLeaves) out.push_back(hash_leaf(as_text(*from_hex(hex))));
  return out;
}
Digest digest(const char* hex) {
  Digest out{};
  const auto bytes = *from_hex(hex);
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}
std::vector<std::string> hex_of(const std::vector<Digest>& proof) {
  std::vector<std::string> out;
  for (const Digest& d : proof) out.push_back(to_hex(d));
  return out;
}

TEST(Merkle, RootsOfTheReferenceTree) {
  const auto leaves = reference_leaves();
  CompactRange range;
  EXPECT_EQ(to_hex(range.root()), kRoots[0]);
  for (size_t n = 1; n <= leaves.size(); ++n) {
    range.append(leaves[n - 1]);
    EXPECT_EQ(to_hex(range.root()), kRoots[n]) << n;
    EXPECT_EQ(to_hex(root_of(std::span(leaves).first(n))), kRoots[n]);
  }
}

TEST(Merkle, InclusionProofOfTheReferenceTree) {
  const auto proof = inclusion_proof(reference_leaves(), 0);  // "leaf 1" there: it counts from 1
  EXPECT_EQ(hex_of(proof),
            (std::vector<std::string>{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_TRUE(verify_inclusion(reference_leaves()[0], 0, 8, proof, digest(kRoots[8])));
}

TEST(Merkle, ConsistencyProofOfTheReferenceTree) {
  const auto proof = consistency_proof(reference_leaves(), 6);
  EXPECT_EQ(hex_of(proof),
            (std::vector<std::string>{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_TRUE(verify_consistency(6, 8, digest(kRoots[6]), digest(kRoots[8]), proof));
}

std::vector<Digest> many_leaves(size_t n) {
  std::vector<Digest> out;
  for (size_t i = 0; i < n; ++i) out.push_back(hash_leaf("leaf " + std::to_string(i)));
  return out;
}

TEST(Merkle, EveryInclusionProofHoldsAndNoCorruptedOneDoes) {
  for (size_t n = 1; n <= 33; ++n) {
    const auto leaves = many_leaves(n);
    const Digest root = root_of(leaves);
    const auto size = static_cast<int64_t>(n);
    for (int64_t i = 0; i < size; ++i) {
      auto proof = inclusion_proof(leaves, i);
      const Digest& leaf = leaves[static_cast<size_t>(i)];
      ASSERT_TRUE(verify_inclusion(leaf, i, size, proof, root)) << n << " " << i;
      EXPECT_FALSE(verify_inclusion(hash_leaf("another"), i, size, proof, root));
      EXPECT_FALSE(verify_inclusion(leaf, i + 1, size, proof, root) && n > 1);
      EXPECT_FALSE(verify_inclusion(leaf, -1, size, proof, root));
      EXPECT_FALSE(verify_inclusion(leaf, size, size, proof, root));
      proof.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaf, i, size, proof, root));
      proof.pop_back();
      if (proof.empty()) continue;
      proof[0][0] ^= 1;
      EXPECT_FALSE(verify_inclusion(leaf, i, size, proof, root));
      proof[0][0] ^= 1;
      proof.pop_back();
      EXPECT_FALSE(verify_inclusion(leaf, i, size, proof, root));
    }
  }
}

TEST(Merkle, EveryConsistencyProofHoldsAndNoCorruptedOneDoes) {
  for (size_t n = 1; n <= 33; ++n) {
    const auto leaves = many_leaves(n);
    const Digest root = root_of(leaves);
    for (size_t first = 1; first <= n; ++first) {
      auto proof = consistency_proof(leaves, static_cast<int64_t>(first));
      const Digest old_root = root_of(std::span(leaves).first(first));
      const auto a = static_cast<int64_t>(first), b = static_cast<int64_t>(n);
      ASSERT_TRUE(verify_consistency(a, b, old_root, root, proof)) << first << " " << n;
      Digest wrong = old_root;
      wrong[31] ^= 1;
      EXPECT_FALSE(verify_consistency(a, b, wrong, root, proof));
      EXPECT_FALSE(verify_consistency(a, b, old_root, wrong, proof));
      EXPECT_FALSE(verify_consistency(b, a, root, old_root, proof) && a != b);
      proof.push_back(root);
      EXPECT_FALSE(verify_consistency(a, b, old_root, root, proof));
      proof.pop_back();
      if (proof.empty()) continue;
      proof.back()[5] ^= 1;
      EXPECT_FALSE(verify_consistency(a, b, old_root, root, proof));
      proof.pop_back();
      EXPECT_FALSE(verify_consistency(a, b, old_root, root, proof));
    }
  }
}

TEST(Merkle, ACompactRangeGoesOnFromItsFrontier) {
  const auto leaves = many_leaves(100);
  CompactRange range;
  for (size_t i = 0; i < leaves.size(); ++i) {
    auto restored = CompactRange::restore(range.size(), range.frontier());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->root(), range.root());
    range = *restored;
    range.append(leaves[i]);
  }
  EXPECT_EQ(range.root(), root_of(leaves));
  EXPECT_FALSE(CompactRange::restore(3, std::vector<uint8_t>(32)));
  EXPECT_FALSE(CompactRange::restore(-1, {}));
}

}  // namespace
}  // namespace xinglin::trust::merkle
