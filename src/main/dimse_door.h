// The DICOM side of the wiring: the receiver over the rooms of the house, and the jobs that send: results to
// the peers that are to have them, reports of storage commitment, requests for it.
#pragma once

#include "main/wiring.h"

namespace xinglin::main {

Result<std::unique_ptr<dimse::Scp>> start_dimse(House& house, const options::Values& values,
                                                const net::Endpoint& endpoint, const std::string& spool,
                                                std::shared_ptr<const net::TlsContext> tls);
// From the options dimse.tls_*; the client's is null when no authorities are named.
Result<std::shared_ptr<const net::TlsContext>> make_tls_server(const options::Values& values);
Result<std::shared_ptr<const net::TlsContext>> make_tls_client(const options::Values& values);
// Before the journal starts.
void add_dimse_jobs(House& house, const options::Values& values);
Result<void> echo_peer(House& house, const options::Values& values, const archive::Peer& peer);

}  // namespace xinglin::main
