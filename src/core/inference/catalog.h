// The catalogue of applications: manifests parsed, models checked against their digests, applications made
// and prepared. Built once at start; any fault refuses the start with every problem named. Read-only
// afterwards, so thread-safe.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/inference/application.h"
#include "core/inference/errors.h"
#include "core/inference/manifest.h"

namespace xinglin::inference {

struct CatalogEntry {
  Manifest manifest;
  std::string manifest_digest;  // hex SHA-256 of the TOML text
  std::string model_digest;     // hex SHA-256 over the digests of all model files, "" when there is none
  // Shared because a run that went over its time limit is abandoned and may end after the catalogue is gone.
  std::shared_ptr<const Application> application;
};

class Catalog {
public:
  // kBadManifest, kBadExpression, kDuplicateApplication, kModelDigest, or what Application::prepare returned.
  static Result<Catalog> build(std::span<const NativeApplication> applications,
                               const std::string& model_directory);

  const std::vector<CatalogEntry>& entries() const { return entries_; }
  const CatalogEntry* find(std::string_view application_id) const;

private:
  std::vector<CatalogEntry> entries_;
};

}  // namespace xinglin::inference
