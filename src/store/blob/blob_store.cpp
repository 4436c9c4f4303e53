#include "store/blob/blob_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <future>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "store/blob/detail/staged_file.h"

namespace xinglin::blob {

namespace {

constexpr size_t kKeyLengthMax = 512, kSegmentLengthMax = 200, kDepthMax = 16;
constexpr size_t kKnownDirectoriesMax = 4096;
constexpr size_t kWriteThreads = 4;
constexpr uint64_t kReadAheadBytes = 4 << 20;

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

Instant written_at(const struct stat& info) {
  return {int64_t{info.st_mtim.tv_sec} * kSecondUs};
}

}  // namespace

struct BlobStore::Impl {
  Result<Fd> open_blob(const std::string& key, uint64_t& size_bytes) const;
  std::string root, staging, data;
  Options options;
  Fd lock;
  std::atomic<uint64_t> next_staged{0};
  std::mutex mutex;                                   // guards known_directories
  std::unordered_set<std::string> known_directories;  // durable; saves asking the file system each time
  Blocks blocks;
  Pool pool{{.name = "blob-write", .threads = kWriteThreads, .queue_length_max = 4096}};

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
  State(BlobStore::Impl& s, std::string path, Fd fd)
      : store(s), file({s.pool, s.blocks, s.options.fault}, std::move(path), std::move(fd)) {}
  BlobStore::Impl& store;
  StagedFile file;
  bool failed = false;
};

BlobStore::Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobStore::Writer::~Writer() = default;
BlobStore::Writer::Writer(Writer&&) noexcept = default;

uint64_t BlobStore::Writer::size_bytes() const {
  return state_->file.size_bytes();
}

Result<void> BlobStore::Writer::write(std::span<const uint8_t> bytes) {
  auto written = state_->file.write(bytes);
  state_->failed |= !written.ok();
  return written;
}

void BlobStore::Writer::flush() {
  state_->file.flush();
}

Result<void> BlobStore::Writer::finish(const std::string& key) {
  XL_CHECK(check_key(key));
  if (state_->failed || state_->file.path().empty())
    return Error(errors::kIo, "the blob was not written whole");
  auto written = state_->file.finish();
  state_->failed = !written.ok();
  return written;
}

Result<std::string> BlobStore::Writer::rename_to(const std::string& key) {
  BlobStore::Impl& store = state_->store;
  const std::string path = store.data + "/" + key;
  XL_CHECK(store.make_directory(parent_of(path)));
  if (const int e = store.fault(Operation::Rename)) return io_error("rename the blob", e);
  if (::rename(state_->file.path().c_str(), path.c_str()) != 0) return io_error("rename the blob", errno);
  state_->file.moved_away();
  return path;
}

Result<BlobRef> BlobStore::Writer::commit(const std::string& key) {
  XL_CHECK(finish(key));
  XL_CHECK(state_->file.sync());
  XL_TRY(const std::string path, rename_to(key));
  XL_CHECK(state_->store.sync_directory(parent_of(path)));
  return BlobRef{key, size_bytes(), state_->file.digest()};
}

struct BlobStore::Placed::State {
  State(std::unique_ptr<Writer::State> w, std::string p) : writer(std::move(w)), path(std::move(p)) {}
  std::unique_ptr<Writer::State> writer;
  std::string path;
  BlobRef ref = {};
  std::promise<Result<void>> synced = {};
  std::shared_future<Result<void>> outcome{synced.get_future()};

  // Both at once: one journal commit of the file system makes the file and its name durable.
  static void start_sync(const std::shared_ptr<State>& state) {
    auto& store = state->writer->store;
    const auto directory = std::make_shared<std::promise<Result<void>>>();
    const auto sync_directory = [state, directory] {
      directory->set_value(state->writer->store.sync_directory(parent_of(state->path)));
    };
    const auto sync_file = [state, directory] { state->finish(directory->get_future()); };
    if (!store.pool.post(sync_directory)) sync_directory();
    if (!store.pool.post(sync_file)) sync_file();
  }

private:
  void finish(std::future<Result<void>> directory) {
    auto done = writer->file.sync();
    const auto directory_done = directory.get();
    if (done) done = directory_done;
    if (!done) ::unlink(path.c_str());
    synced.set_value(std::move(done));
  }
};

BlobStore::Placed::Placed(std::shared_ptr<State> state) : state_(std::move(state)) {}
BlobStore::Placed::Placed(Placed&&) noexcept = default;
BlobStore::Placed::~Placed() {
  if (state_) state_->outcome.wait();
}

const BlobRef& BlobStore::Placed::ref() const {
  return state_->ref;
}

Result<void> BlobStore::Placed::durable() {
  return state_->outcome.get();
}

Result<BlobStore::Placed> BlobStore::Writer::place(const std::string& key) {
  XL_CHECK(finish(key));
  XL_TRY(std::string path, rename_to(key));
  const uint64_t size = size_bytes();
  StagedFile& file = state_->file;
  auto placed = std::make_shared<Placed::State>(std::move(state_), std::move(path));
  Placed::State::start_sync(placed);
  placed->ref = {key, size, file.digest()};
  return Placed(placed);
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

Result<Fd> BlobStore::Impl::open_blob(const std::string& key, uint64_t& size_bytes) const {
  XL_CHECK(check_key(key));
  Fd fd(::open((data + "/" + key).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 && (errno == ENOENT || errno == ENOTDIR)) return Error(kMissing, "no blob at " + key);
  if (fd.get() < 0) return io_error("open the blob", errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return io_error("stat the blob", errno);
  if (!S_ISREG(info.st_mode)) return Error(kMissing, "no blob at " + key);
  size_bytes = static_cast<uint64_t>(info.st_size);
  return fd;
}

struct BlobStore::Reader::State {
  Fd fd;
  uint64_t size_bytes = 0;
  void* mapped = nullptr;
  std::mutex mutex;  // guards mapped
  ~State() {
    if (mapped != nullptr) ::munmap(mapped, size_bytes);
  }
};

BlobStore::Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobStore::Reader::Reader(Reader&&) noexcept = default;
BlobStore::Reader::~Reader() = default;

uint64_t BlobStore::Reader::size_bytes() const {
  return state_->size_bytes;
}

Result<size_t> BlobStore::Reader::read_at(uint64_t offset, std::span<uint8_t> space) const {
  size_t done = 0;
  while (done < space.size()) {
    const ssize_t n = ::pread(state_->fd.get(), space.data() + done, space.size() - done,
                              static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read the blob", errno);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

Result<std::span<const uint8_t>> BlobStore::Reader::map() {
  const std::lock_guard lock(state_->mutex);
  if (state_->size_bytes == 0) return std::span<const uint8_t>();
  if (state_->mapped == nullptr) {
    void* at = ::mmap(nullptr, state_->size_bytes, PROT_READ, MAP_PRIVATE, state_->fd.get(), 0);
    if (at == MAP_FAILED) return io_error("map the blob", errno);
    state_->mapped = at;
  }
  return std::span<const uint8_t>(static_cast<const uint8_t*>(state_->mapped), state_->size_bytes);
}

void BlobStore::Reader::let_go(std::span<const uint8_t> part) const {
  constexpr uintptr_t kPage = 4096;
  const auto begin = reinterpret_cast<uintptr_t>(part.data()) / kPage * kPage;
  const auto end = reinterpret_cast<uintptr_t>(part.data() + part.size());
  ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // read-only: nothing is lost
}

Result<BlobStore::Reader> BlobStore::reader(const BlobRef& ref) const {
  uint64_t size_bytes = 0;
  XL_TRY(Fd fd, impl_->open_blob(ref.key, size_bytes));
  if (size_bytes != ref.size_bytes)
    return Error(kDamaged, "the blob " + ref.key + " has " + std::to_string(size_bytes) + " bytes");
  // Written around the page cache (detail/staged_file.h): a small file is brought in at once.
  if (size_bytes <= kReadAheadBytes) ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_WILLNEED);
  auto state = std::make_unique<Reader::State>();
  state->fd = std::move(fd);
  state->size_bytes = size_bytes;
  return Reader(std::move(state));
}

Result<std::vector<uint8_t>> BlobStore::Impl::read(const std::string& key) const {
  uint64_t size_bytes = 0;
  XL_TRY(const Fd fd, open_blob(key, size_bytes));
  std::vector<uint8_t> out(static_cast<size_t>(size_bytes));
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

Result<void> BlobStore::verify(const BlobRef& ref) const {
  XL_CHECK(check_key(ref.key));
  const Fd fd(::open((impl_->data + "/" + ref.key).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 && (errno == ENOENT || errno == ENOTDIR)) return Error(kMissing, "no blob at " + ref.key);
  if (fd.get() < 0) return io_error("open the blob", errno);
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  Sha256 digest;
  uint64_t size = 0;
  std::vector<uint8_t> piece(1 << 20);
  while (true) {
    const ssize_t n = ::read(fd.get(), piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read the blob", errno);
    if (n == 0) break;
    digest.update(std::span<const uint8_t>(piece).first(static_cast<size_t>(n)));
    size += static_cast<uint64_t>(n);
  }
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  if (size == ref.size_bytes && digest.finish() == ref.digest) return {};
  return Error(kDamaged, "the bytes of " + ref.key + " do not match their digest");
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

Result<void> BlobStore::each(const std::string& segment, Instant before,
                             const std::function<bool(const std::string& key)>& use) const {
  XL_CHECK(check_key(segment));
  namespace fs = std::filesystem;
  std::error_code error;
  fs::recursive_directory_iterator at(impl_->data + "/" + segment, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    struct stat info {};
    if (::stat(at->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (written_at(info) >= before) continue;
    if (!use(fs::path(at->path()).lexically_relative(impl_->data).string())) return {};
  }
  return error ? Result<void>(io_error("list the blobs", error.value())) : Result<void>();
}

// Taken away first and looked at then, so that nothing new can come between the two.
Result<bool> BlobStore::remove_older(const std::string& key, Instant before) {
  XL_CHECK(check_key(key));
  const std::string path = impl_->data + "/" + key;
  const std::string away = impl_->staging + "/" + std::to_string(::getpid()) + "-" +
                           std::to_string(impl_->next_staged.fetch_add(1)) + ".old";
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || written_at(info) >= before) return false;
  if (::rename(path.c_str(), away.c_str()) != 0)
    return errno == ENOENT ? Result<bool>(false) : io_error("remove", errno);
  const bool old = ::stat(away.c_str(), &info) == 0 && written_at(info) < before;
  if (old && ::unlink(away.c_str()) != 0) return io_error("remove", errno);
  // Not over what has come a second time in between.
  if (!old && ::link(away.c_str(), path.c_str()) != 0 && errno != EEXIST) return io_error("put back", errno);
  if (!old) ::unlink(away.c_str());
  XL_CHECK(impl_->sync_directory(parent_of(path)));
  return old;
}

}  // namespace xinglin::blob
