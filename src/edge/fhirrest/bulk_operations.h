// Bulk data over HTTP: $export (system, Patient, Group) and $import as operations, and the addresses that
// belong to them beside /fhir: /fhir-bulk/jobs/ID (status, manifest, cancel), /fhir-bulk/files/ID/NUMBER,
// /fhir-bulk/errors/ID and POST /fhir-bulk/import for a file that is sent along. Files need the access of who
// asked for them and are compressed on the way where the client takes gzip. FHIR Bulk Data Access 2.0.
#pragma once

#include <vector>

#include "edge/fhirrest/fhirrest.h"
#include "service/bulk/bulk.h"

namespace xinglin::fhirrest {

// `bulk` must outlive the edge.
std::vector<Operation> bulk_operations(bulk::Bulk& bulk);
void add_bulk_routes(http::Router& router, bulk::Bulk& bulk, Authenticate authenticate,
                     const Options& options = {});

}  // namespace xinglin::fhirrest
