// What happens in the transaction of a write: a Subscription is accepted or refused, and hits are noted.
#include <algorithm>

#include "base/log.h"
#include "core/trust/delegation.h"
#include "service/subscription/detail/impl.h"

namespace xinglin::subscription {
namespace {

using detail::Definition;

std::string_view action_of(trust::Action action) {
  return action == trust::Action::Create   ? "created"
         : action == trust::Action::Delete ? "deleted"
                                           : "updated";
}

bool lists(std::string_view values, std::string_view value) {
  while (!values.empty()) {
    const size_t end = std::min(values.find(','), values.size());
    if (values.substr(0, end) == value) return true;
    values.remove_prefix(std::min(end + 1, values.size()));
  }
  return false;
}

bool has_value(const std::string& text, std::string_view element, std::string_view values) {
  const auto parsed = json::parse(text);
  const json::value* value = parsed ? json::at_path(*parsed, element) : nullptr;
  return value && value->is_string() && lists(values, std::string_view(value->get_string()));
}

// The one line of an error that tells why, for those who get no issues.
Error refusal(const IssueSink& issues) {
  for (const Issue& issue : issues.issues())
    if (issue.severity >= Severity::Error) return {kRefused, issue.path + ": " + issue.message};
  return Error(kRefused);
}

// A search that asks for nothing says whether the criteria, and the owner, are good for the type.
Result<void> try_out(record::Record& record, sql::Session& session, const trust::Access& owner,
                     const Definition& definition) {
  std::vector<std::vector<record::SearchParameter>> filters = definition.filters;
  if (filters.empty()) filters.emplace_back();
  for (const auto& parameters : filters) {
    record::SearchRequest request;
    request.type = definition.type;
    request.parameters = parameters;
    request.count = 0;
    request.total = record::Total::None;
    if (const auto found = record.search(session, owner, request); !found)
      return Error(kRefused, "Subscription.criteria: " + found.error().message());
  }
  return {};
}

}  // namespace

Result<void> Subscriptions::written(sql::Tx& tx, const trust::Access& access, trust::Action action,
                                    const record::Resource& written) {
  if (written.type == "Subscription") {
    if (access.who() == trust::Access::system(kSelf).who()) return {};
    return impl_->accept(tx, access, written);
  }
  return impl_->match(tx, action, written);
}

Result<void> Subscriptions::Impl::accept(sql::Tx& tx, const trust::Access& access,
                                         const record::Resource& written) {
  const auto reload = [&]() -> Result<void> { return load(tx); };
  if (written.deleted) {
    XL_CHECK(tx.run("DELETE FROM subscription_event WHERE subscription = ?1", written.id));
    XL_CHECK(tx.run("DELETE FROM subscription WHERE id = ?1", written.id));
    return reload();
  }
  XL_TRY(const json::object resource, written.parsed());
  const std::string status(json::find_string(resource, "status").value_or(""));
  if (status == "off" || status == "entered-in-error") {
    XL_CHECK(tx.run("UPDATE subscription SET state = 'off' WHERE id = ?1", written.id));
    return reload();
  }
  if (status != "requested")
    return Error(kRefused, "Subscription.status: a client sets requested or off; the server sets the others");
  IssueSink issues;
  const auto definition = detail::read_definition(resource, issues);
  if (!definition) return refusal(issues);
  if (definition->channel == detail::Channel::RestHook)
    if (const Result<void> good = rooms.outbound.admit_name(definition->endpoint); !good)
      return Error(kRefused, "Subscription.channel.endpoint: " + good.error().message());
  if (definition->ends_at && *definition->ends_at <= rooms.clock.now())
    return Error(kRefused, "Subscription.end: is over");
  const auto owner = trust::Delegation::remember(access);
  if (!owner) return Error(kRefused, "Subscription: " + owner.error().message());
  XL_CHECK(try_out(rooms.record, tx, access, *definition));
  XL_CHECK(
      tx.run("INSERT INTO subscription (id, state, who, owner, definition, error, failures, next_number, "
             "delivered, created_at) VALUES (?1, 'requested', ?2, ?3, ?4, '', 0, 1, 0, ?5) ON CONFLICT (id) "
             "DO UPDATE SET state = 'requested', who = ?2, owner = ?3, definition = ?4, error = '', failures "
             "= 0, failing_since = NULL, retry_at = NULL",
             written.id, access.who(), json::serialize(*owner), json::serialize(detail::to_json(*definition)),
             rooms.clock.now()));
  XL_CHECK(queue(tx, written.id));
  return reload();
}

// Those that are on; what is written after the commit of this transaction is looked at by the new ones.
Result<void> Subscriptions::Impl::load(sql::Session& session) {
  auto fresh = std::make_shared<Active>();
  sql::Query q =
      session.query("SELECT definition FROM subscription WHERE state IN ('active', 'error', 'requested')");
  while (q.next()) {
    const auto value = json::parse(q.text(0));
    if (!value || !value->is_object()) continue;
    const auto definition = std::make_shared<const Definition>(
        detail::definition_from(value->get_object()));  // by readers of the map
    (*fresh)[definition->type].push_back(definition);
  }
  XL_CHECK(q.status());
  const auto take = [this, fresh] {
    const std::lock_guard lock(mutex);
    active_ = fresh;
  };
  if (auto* tx = dynamic_cast<sql::Tx*>(&session))
    tx->on_commit(take);
  else
    take();
  return {};
}

Result<bool> Subscriptions::Impl::fires(sql::Tx& tx, const Definition& definition, std::string_view action,
                                        const record::Resource& written) {
  const bool wanted = action == "created"   ? definition.created
                      : action == "deleted" ? definition.deleted
                                            : definition.updated;
  if (!wanted) return false;
  if (written.deleted) return definition.filters.empty();  // nothing is left that a filter could be asked of
  if (!definition.element.empty()) {
    if (!has_value(written.text, definition.element, definition.values)) return false;
    if (written.version > 1 && action == "updated") {
      XL_TRY(const record::Resource before, rooms.record.vread(tx, trust::Access::system(kSelf), written.type,
                                                               written.id, written.version - 1));
      if (has_value(before.text, definition.element, definition.values)) return false;
    }
  }
  if (definition.filters.empty()) return true;
  for (const auto& filter : definition.filters) {
    XL_TRY(const bool matched, rooms.record.matches(tx, written.type, written.id, filter));
    if (matched) return true;
  }
  return false;
}

Result<void> Subscriptions::Impl::match(sql::Tx& tx, trust::Action action, const record::Resource& written) {
  const std::shared_ptr<const Active> all = active();
  const auto interested = all->find(written.type);
  if (interested == all->end()) return {};
  const std::string_view what = action_of(action);
  for (const auto& definition : interested->second) {
    const Result<bool> hit = fires(tx, *definition, what, written);
    if (!hit) {  // a subscription never keeps a write out; that it missed something must be seen
      log::error("subscription.not-evaluated",
                 {{"subscription", definition->id}, {"why", hit.error().message()}});
      continue;
    }
    if (!*hit) continue;
    XL_CHECK(
        tx.run("INSERT INTO subscription_event (subscription, type, resource, version, action, at) VALUES "
               "(?1, ?2, ?3, ?4, ?5, ?6)",
               definition->id, written.type, written.id, written.version, what, written.last_updated));
    XL_CHECK(queue(tx, definition->id));
  }
  return {};
}

}  // namespace xinglin::subscription
