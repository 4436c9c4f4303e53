#include "store/blob/blob_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace xinglin::blob {

namespace {

constexpr size_t kKeyLengthMax = 512, kSegmentLengthMax = 200, kDepthMax = 16;
constexpr size_t kKnownDirectoriesMax = 4096;
constexpr uint64_t kWritebackStep = 128 * 1024;

Error io_error(std::string_view doing, int error_number) {
  const ErrorCode& code = error_number == ENOSPC || error_number == EDQUOT ? kDiskFull : errors::kIo;
  return {code, std::string(doing) + ": " + std::strerror(error_number)};
}

class Fd {
public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { close(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

private:
  int fd_;
};

bool is_safe_segment(std::string_view segment) {
  if (segment.empty() || segment.size() > kSegmentLengthMax || segment.front() == '.') return false;
  for (const char c : segment) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

Result<void> check_key(std::string_view key) {
  if (key.size() > kKeyLengthMax) return Error(kBadKey, "the key is longer than 512 characters");
  size_t depth = 0, start = 0;
  while (true) {
    const size_t slash = key.find('/', start);
    if (++depth > kDepthMax || !is_safe_segment(key.substr(start, slash - start))) return Error(kBadKey);
    if (slash == std::string_view::npos) return {};
    start = slash + 1;
  }
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace

struct BlobStore::Impl {
  std::string root, staging, data;
  Options options;
  Fd lock;
  std::atomic<uint64_t> next_staged{0};
  std::mutex mutex;                                   // guards known_directories
  std::unordered_set<std::string> known_directories;  // durable; saves asking the file system each time

  int fault(Operation operation) const { return options.fault ? options.fault(operation) : 0; }
  Result<void> sync_directory(const std::string& path) const;
  Result<void> make_directory(const std::string& path);
  Result<void> lock_and_clean();
  Result<std::vector<uint8_t>> read(const std::string& key) const;
};

Result<void> BlobStore::Impl::sync_directory(const std::string& path) const {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return io_error("open directory", errno);
  if (const int e = fault(Operation::SyncDirectory)) return io_error("fsync directory", e);
  if (::fsync(fd.get()) != 0) return io_error("fsync directory", errno);
  return {};
}

// Makes the directory and those above it, each entry durable before it is relied upon.
Result<void> BlobStore::Impl::make_directory(const std::string& path) {
  {
    std::lock_guard guard(mutex);
    if (path.size() <= root.size() || known_directories.contains(path)) return {};
  }
  XL_CHECK(make_directory(parent_of(path)));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return io_error("make directory", errno);
  XL_CHECK(sync_directory(parent_of(path)));
  std::lock_guard guard(mutex);
  if (known_directories.size() >= kKnownDirectoriesMax) known_directories.clear();
  known_directories.insert(path);
  return {};
}

// The first process to come holds the lock alone for a moment and may clean; all then share it.
Result<void> BlobStore::Impl::lock_and_clean() {
  lock = Fd(::open((root + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.get() < 0) return io_error("open the lock file", errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    for (const auto& left_over : std::filesystem::directory_iterator(staging, ignored))
      std::filesystem::remove_all(left_over.path(), ignored);
  }
  if (::flock(lock.get(), LOCK_SH) != 0) return io_error("lock the directory", errno);
  return {};
}

struct BlobStore::Writer::State {
  State(BlobStore::Impl& s, std::string path, Fd f) : store(s), staged(std::move(path)), fd(std::move(f)) {}
  BlobStore::Impl& store;
  std::string staged;
  Fd fd;
  Sha256 digest = {};
  uint64_t size_bytes = 0;
  uint64_t handed_to_disk = 0;
  bool failed = false;
  // Large blobs go to the disk while they are still being written, so that the sync at the end has little
  // left to do.
  void start_writeback() {
    if (size_bytes - handed_to_disk < kWritebackStep) return;
    ::sync_file_range(fd.get(), static_cast<off64_t>(handed_to_disk),
                      static_cast<off64_t>(size_bytes - handed_to_disk), SYNC_FILE_RANGE_WRITE);
    handed_to_disk = size_bytes;
  }
  ~State() {
    if (!staged.empty()) ::unlink(staged.c_str());
  }
};

BlobStore::Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobStore::Writer::~Writer() = default;
BlobStore::Writer::Writer(Writer&&) noexcept = default;

uint64_t BlobStore::Writer::size_bytes() const {
  return state_->size_bytes;
}

Result<void> BlobStore::Writer::write(std::span<const uint8_t> bytes) {
  state_->digest.update(bytes);
  state_->size_bytes += bytes.size();
  while (!bytes.empty()) {
    const int injected = state_->store.fault(Operation::Write);
    const ssize_t n = injected != 0 ? -1 : ::write(state_->fd.get(), bytes.data(), bytes.size());
    if (n < 0 && injected == 0 && errno == EINTR) continue;
    if (n < 0) {
      state_->failed = true;
      return io_error("write the blob", injected != 0 ? injected : errno);
    }
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  state_->start_writeback();
  return {};
}

Result<void> BlobStore::Writer::sync_file() {
  if (const int e = state_->store.fault(Operation::Sync)) return io_error("fsync the blob", e);
  if (::fdatasync(state_->fd.get()) != 0) return io_error("fsync the blob", errno);
  state_->fd.close();
  return {};
}

Result<std::string> BlobStore::Writer::rename_to(const std::string& key) {
  BlobStore::Impl& store = state_->store;
  const std::string path = store.data + "/" + key;
  XL_CHECK(store.make_directory(parent_of(path)));
  if (const int e = store.fault(Operation::Rename)) return io_error("rename the blob", e);
  if (::rename(state_->staged.c_str(), path.c_str()) != 0) return io_error("rename the blob", errno);
  state_->staged.clear();
  return path;
}

Result<BlobRef> BlobStore::Writer::commit(const std::string& key) {
  XL_CHECK(check_key(key));
  if (state_->failed || state_->staged.empty()) return Error(errors::kIo, "the blob was not written whole");
  XL_CHECK(sync_file());
  XL_TRY(const std::string path, rename_to(key));
  XL_CHECK(state_->store.sync_directory(parent_of(path)));
  return BlobRef{key, state_->size_bytes, state_->digest.finish()};
}

Result<BlobRef> BlobStore::Writer::commit_new(const std::string& key) {
  XL_CHECK(check_key(key));
  if (state_->failed || state_->staged.empty()) return Error(errors::kIo, "the blob was not written whole");
  XL_TRY(const std::string path, rename_to(key));
  auto synced = sync_file();
  if (synced.ok()) synced = state_->store.sync_directory(parent_of(path));
  if (!synced.ok()) {
    ::unlink(path.c_str());
    return synced.error();
  }
  return BlobRef{key, state_->size_bytes, state_->digest.finish()};
}

BlobStore::BlobStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BlobStore::~BlobStore() = default;

Result<std::unique_ptr<BlobStore>> BlobStore::open(const std::string& directory, Options options) {
  auto impl = std::make_unique<Impl>();
  impl->root = directory;
  impl->staging = directory + "/staging";
  impl->data = directory + "/data";
  impl->options = std::move(options);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return io_error("make the blob directory", error.value());
  XL_CHECK(impl->make_directory(impl->staging));
  XL_CHECK(impl->make_directory(impl->data));
  XL_CHECK(impl->lock_and_clean());
  return std::make_unique<BlobStore>(std::move(impl));
}

Result<BlobStore::Writer> BlobStore::begin() {
  const std::string staged = impl_->staging + "/" + std::to_string(::getpid()) + "-" +
                             std::to_string(impl_->next_staged.fetch_add(1)) + ".part";
  Fd fd(::open(staged.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0) return io_error("stage a blob", errno);
  return Writer(std::make_unique<Writer::State>(*impl_, staged, std::move(fd)));
}

Result<BlobRef> BlobStore::put(const std::string& key, std::span<const uint8_t> bytes) {
  XL_CHECK(check_key(key));
  XL_TRY(Writer writer, begin());
  XL_CHECK(writer.write(bytes));
  return writer.commit(key);
}

Result<std::vector<uint8_t>> BlobStore::Impl::read(const std::string& key) const {
  XL_CHECK(check_key(key));
  const Fd fd(::open((data + "/" + key).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 && (errno == ENOENT || errno == ENOTDIR)) return Error(kMissing, "no blob at " + key);
  if (fd.get() < 0) return io_error("open the blob", errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return io_error("stat the blob", errno);
  if (!S_ISREG(info.st_mode)) return Error(kMissing, "no blob at " + key);
  std::vector<uint8_t> out(static_cast<size_t>(info.st_size));
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::read(fd.get(), out.data() + done, out.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read the blob", errno);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  out.resize(done);
  return out;
}

Result<std::vector<uint8_t>> BlobStore::get(const std::string& key) const {
  return impl_->read(key);
}

Result<std::vector<uint8_t>> BlobStore::get(const BlobRef& ref) const {
  XL_TRY(std::vector<uint8_t> bytes, impl_->read(ref.key));
  if (bytes.size() != ref.size_bytes || sha256(bytes) != ref.digest)
    return Error(kDamaged, "the bytes of " + ref.key + " do not match their digest");
  return bytes;
}

Result<void> BlobStore::remove(const std::string& key) {
  XL_CHECK(check_key(key));
  const std::string path = impl_->data + "/" + key;
  if (::unlink(path.c_str()) != 0)
    return errno == ENOENT || errno == ENOTDIR ? Error(kMissing, "no blob at " + key)
                                               : io_error("remove", errno);
  return impl_->sync_directory(parent_of(path));
}

bool BlobStore::exists(const std::string& key) const {
  struct stat info {};
  return check_key(key) && ::stat((impl_->data + "/" + key).c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace xinglin::blob
