#include "edge/dimse/detail/status.h"

#include "core/archive/archive.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

uint16_t code_of(const Error& error) {
  if (error.is(archive::kUidMismatch)) return status::kDataSetMismatch;
  if (error.is(kBadIdentifier)) return status::kDataSetMismatch;
  if (error.is(archive::kDifferentBytes)) return status::kDuplicateInstance;
  switch (error.kind()) {
    case ErrorKind::Invalid:
    case ErrorKind::Unsupported:
      return status::kCannotUnderstand;
    case ErrorKind::Unauthenticated:
    case ErrorKind::Denied:
      return status::kNotAuthorized;
    // A sender may try again later: busy, full, stopping.
    case ErrorKind::Busy:
    case ErrorKind::TooLarge:
    case ErrorKind::Timeout:
    case ErrorKind::Cancelled:
    case ErrorKind::Io:
      return status::kOutOfResources;
    default:
      return status::kProcessingFailure;
  }
}

}  // namespace

Status status_of(const Error& error) {
  // The fixed prose of the code, as a message could name values of the data set.
  return {code_of(error), std::string(error.code().prose.substr(0, 64))};
}

}  // namespace xinglin::dimse
