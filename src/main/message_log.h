// Shows the messages kept by service/intake on the system page: edges know no service of intake, so main
// joins the two.
#pragma once

#include "edge/web/message_log.h"
#include "service/intake/message_intake.h"

namespace xinglin::main {

class MessageLog final : public web::MessageLog {
public:
  explicit MessageLog(intake::MessageIntake& intake) : intake_(intake) {}
  Result<std::vector<web::MessageRow>> messages(const trust::Access& access, int64_t limit,
                                                std::string_view ack, int64_t before) override;
  Result<web::MessageDetail> message(const trust::Access& access, int64_t id) override;
  Result<std::string> raw(const trust::Access& access, int64_t id) override;
  Result<int64_t> replay(const trust::Access& access, int64_t id) override;
  Result<web::MessageCounts> counts() override;

private:
  intake::MessageIntake& intake_;
};

}  // namespace xinglin::main
