// The blob store: immutable files below one directory, each with its SHA-256 kept beside it in the SQL index
// of the room that owns it. A blob becomes visible only complete: write to staging, fsync, rename, fsync of
// the directory. A key is a relative path of safe segments ([A-Za-z0-9._-], not starting with a dot). What a
// crash leaves in staging is removed at open, by the first process that opens the directory. Thread-safe; a
// Writer belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "base/time.h"

namespace xinglin::blob {

inline constexpr ErrorCode kBadKey{"blob.bad-key", ErrorKind::Invalid, "the key is not a safe relative path"};
inline constexpr ErrorCode kMissing{"blob.missing", ErrorKind::NotFound, "there is no blob under this key"};
inline constexpr ErrorCode kDamaged{"blob.damaged", ErrorKind::Corrupt,
                                    "the bytes do not match their digest"};
inline constexpr ErrorCode kDiskFull{"blob.disk-full", ErrorKind::Io, "no space is left for the blob"};

struct BlobRef {
  std::string key;
  uint64_t size_bytes = 0;
  Digest digest{};
};

enum class Operation { Write, Sync, Rename, SyncDirectory };

class BlobStore {
public:
  struct Options {
    // For tests: asked before each operation; an errno it returns is what the operation fails with, 0 lets it
    // happen.
    std::function<int(Operation)> fault = {};
  };
  static Result<std::unique_ptr<BlobStore>> open(const std::string& directory, Options options);
  static Result<std::unique_ptr<BlobStore>> open(const std::string& directory) {
    return open(directory, Options{});
  }
  struct Impl;  // known to blob_store.cpp only
  explicit BlobStore(std::unique_ptr<Impl> impl);
  ~BlobStore();

  // A blob under its key, on its way to the disk.
  class Placed {
  public:
    Placed(Placed&&) noexcept;
    ~Placed();  // waits
    const BlobRef& ref() const;
    Result<void> durable();  // waits; on an error the blob is gone

  private:
    friend class BlobStore;
    struct State;
    explicit Placed(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
  };

  class Writer {
  public:
    ~Writer();  // not committed: the staged file is removed
    Writer(Writer&&) noexcept;
    // Copies and returns: threads of the store write and hash. A failure may be told by a later call.
    Result<void> write(std::span<const uint8_t> bytes);
    // Says that no more comes: the rest goes to the disk while the caller gets ready to commit.
    void flush();
    uint64_t size_bytes() const;
    // Durable when it returns. An existing blob of that key is replaced atomically.
    Result<BlobRef> commit(const std::string& key);
    // The same for a key that nobody refers to yet, made durable in the background: the rename comes before
    // the syncs, which costs one journal commit of the file system instead of two. A crash in between may
    // leave damaged bytes under the key, which only matters to who knows the key: let it become known by an
    // index row that is committed after Placed::durable().
    Result<Placed> place(const std::string& key);

  private:
    friend class BlobStore;
    struct State;
    Result<void> finish(const std::string& key);
    Result<std::string> rename_to(const std::string& key);  // tells the path
    explicit Writer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  Result<Writer> begin();
  Result<BlobRef> put(const std::string& key, std::span<const uint8_t> bytes);
  Result<std::vector<uint8_t>> get(const std::string& key) const;
  Result<std::vector<uint8_t>> get(const BlobRef& ref) const;  // and checks the digest
  // Reads the blob again from the disk, not from memory, in pieces, and compares: kMissing, kDamaged.
  Result<void> verify(const BlobRef& ref) const;
  // A blob that is read piece by piece. Immutable, so threads may share it.
  class Reader {
  public:
    ~Reader();
    Reader(Reader&&) noexcept;
    uint64_t size_bytes() const;
    // Fills the space as far as the blob goes; 0 at its end.
    Result<size_t> read_at(uint64_t offset, std::span<uint8_t> space) const;
    // All bytes, brought in as they are touched; good while the Reader lives.
    Result<std::span<const uint8_t>> map();
    void let_go(std::span<const uint8_t> part) const;  // of map(): comes back when it is touched again

  private:
    friend class BlobStore;
    struct State;
    explicit Reader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  Result<Reader> reader(const BlobRef& ref) const;  // checks the size, not the digest
  Result<void> remove(const std::string& key);
  bool exists(const std::string& key) const;
  // Keys below a first segment ("dicom") that were written before `before`, one by one in no order, while
  // `use` answers true. What comes and goes meanwhile may be missed.
  Result<void> each(const std::string& segment, Instant before,
                    const std::function<bool(const std::string& key)>& use) const;
  // Only what was written before `before`: what another writer has put there meanwhile stays. false: it
  // stays.
  Result<bool> remove_older(const std::string& key, Instant before);

private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::blob
