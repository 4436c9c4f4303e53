// Brings a database to the schema this program knows. Each migration runs in one transaction and is recorded
// by name and digest, so that a database of a newer program and an edited migration are both refused instead
// of guessed at.
#pragma once

#include <span>

#include "store/sql/detail/connection.h"

namespace xinglin::sql {

Result<void> migrate(Connection& connection, std::span<const Migration> migrations);

}  // namespace xinglin::sql
