// DICOMweb below /dicom-web: WADO-RS (study, series, instance, metadata, frames, bulk data, pictures),
// STOW-RS, QIDO-RS, DELETE, and WADO-URI at /wado. Bodies are streamed from the blob files, in another
// transfer syntax when that is asked for; metadata comes from what intake kept. Every request needs a session
// or token. Built by main; must outlive the router it adds routes to. Thread-safe. PS3.18 chapters 9 and 10,
// annex F.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/http/http.h"
#include "core/archive/archive.h"
#include "core/archive/query.h"
#include "core/archive/retrieve.h"
#include "core/trust/access.h"

namespace xinglin::dicomweb {

using Authenticate = std::function<Result<trust::Access>(const http::Request&)>;
// archive::Deletion::remove().
using Remove =
    std::function<Result<int64_t>(const trust::Access&, const archive::Selection&, const std::string& why)>;
using Store = std::function<Result<archive::Outcome>(const trust::Access&, const archive::Incoming&)>;

struct Options {
  std::string scheme = "http";           // of the links made from the host as asked; "https" behind TLS
  std::string spool_directory = "/tmp";  // for what is received; files without a name
  uint64_t instance_bytes_max = 2ull << 30;
  uint64_t request_bytes_max = 64ull << 30;  // of one STOW request
};

class DicomWeb {
public:
  struct Rooms {
    const archive::Retrieval& retrieval;
    archive::Search& search;
    Store store;
    Remove remove = {};  // without it DELETE is not offered
  };
  DicomWeb(Rooms rooms, Authenticate authenticate, Options options = {});
  ~DicomWeb();
  void add_routes(http::Router& router) const;

  struct Impl;  // known to this room only

private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::dicomweb
