// TLS to a host of the web: unlike DICOM peers it is known by its name, so its certificate must be of that
// name (RFC 6125) and of an authority that is trusted, and the name is sent along (SNI, RFC 6066). Made once
// for a host and used by any number of connections; thread-safe.
#pragma once

#include <memory>
#include <string>

#include "base/net/tls.h"

namespace xinglin::net {

// `authorities`: PEM file of those trusted. `host`: name or numeric address.
Result<std::shared_ptr<const TlsContext>> web_client(const std::string& authorities, const std::string& host);

}  // namespace xinglin::net
