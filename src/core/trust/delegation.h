// Work that is done later for somebody who is not there then: a bulk export, a subscription. What is kept of
// an Access says who it was; recall() makes the Access of the same person or token as things stand on that
// day: with today's role, and not at all once the person is disabled or the token has run out. So nothing is
// sent later that its owner may not see any more. Stateless; any thread.
#pragma once

#include "base/json.h"
#include "base/time.h"
#include "core/trust/access.h"
#include "store/sql/store.h"

namespace xinglin::trust {

class Delegation {
public:
  // kNotAllowed for who cannot be recalled: devices and peers.
  static Result<json::object> remember(const Access& access);
  // kNoSession when the right has ended.
  static Result<Access> recall(sql::Session& session, Instant now, const json::object& remembered);
};

}  // namespace xinglin::trust
