#include "core/inference/catalog.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "base/digest.h"

namespace xinglin::inference {
namespace {

// Model files are read in pieces: they may be large.
Result<std::string> file_digest(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error(kModelDigest, "the model file " + path + " cannot be read");
  Sha256 digest;
  std::vector<char> buffer(1 << 16);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    digest.update(std::string_view(buffer.data(), static_cast<size_t>(file.gcount())));
  }
  return to_hex(digest.finish());
}

Result<Setup> check_models(CatalogEntry& entry, const std::string& model_directory) {
  Setup setup;
  Sha256 all;
  for (const Model& model : entry.manifest.models) {
    const std::string path = model_directory + "/" + entry.manifest.id.str() + "/" + model.path;
    XL_TRY(const std::string digest, file_digest(path));
    if (digest != model.sha256)
      return Error(kModelDigest, "the model file " + path + " has SHA-256 " + digest +
                                     ", the manifest says " + model.sha256 +
                                     "; install the right file or correct the manifest");
    all.update(digest);
    setup.model_files[model.path] = path;
    setup.model_digests[model.path] = digest;
  }
  if (!entry.manifest.models.empty()) entry.model_digest = to_hex(all.finish());
  for (const OperatingPoint& point : entry.manifest.operating_points)
    setup.operating_points[point.name] = point.value;
  return setup;
}

Result<CatalogEntry> make_entry(const NativeApplication& native, const std::string& model_directory) {
  CatalogEntry entry;
  XL_TRY(entry.manifest, parse_manifest(native.manifest_toml));
  entry.manifest_digest = to_hex(sha256(native.manifest_toml));
  XL_TRY(const Setup setup, check_models(entry, model_directory));
  std::unique_ptr<Application> application = native.make();
  XL_ASSERT(application != nullptr);
  XL_CHECK(application->prepare(setup));
  entry.application = std::move(application);
  return entry;
}

}  // namespace

Result<Catalog> Catalog::build(std::span<const NativeApplication> applications,
                               const std::string& model_directory) {
  Catalog catalog;
  std::optional<Error> first;
  std::string all;
  for (const NativeApplication& native : applications) {
    Result<CatalogEntry> entry = make_entry(native, model_directory);
    if (entry.ok() && catalog.find(entry->manifest.id.str()))
      entry = Error(kDuplicateApplication,
                    "the application id '" + entry->manifest.id.str() + "' is there twice");
    if (entry.ok()) {
      catalog.entries_.push_back(std::move(*entry));
      continue;
    }
    if (!first) first = entry.error();
    all += (all.empty() ? "" : "\n") + entry.error().message();
  }
  if (first) return Error(first->code(), all);
  return catalog;
}

const CatalogEntry* Catalog::find(std::string_view application_id) const {
  for (const CatalogEntry& entry : entries_)
    if (entry.manifest.id.str() == application_id) return &entry;
  return nullptr;
}

}  // namespace xinglin::inference
