// Versions, history, audit leaf and event, all in the caller's transaction.
#include <array>

#include "base/digest.h"
#include "core/record/detail/impl.h"

namespace xinglin::record {
namespace {

// A machine that sends may write; so may a person with the right to.
trust::Permission right_to_write(const trust::Access& access) {
  return access.may(trust::Permission::Ingest) ? trust::Permission::Ingest : trust::Permission::WriteClinical;
}

Result<void> within(const detail::Visibility& writable, const Prepared::Content& content) {
  if (writable.covers(content.rows)) return {};
  return Error(trust::kNotAllowed,
               "the scopes of this token do not cover what this " + content.type_name + " says");
}

Error no_such(std::string_view type, std::string_view id) {
  return {kNoResource, std::string(type).append("/").append(id).append(" is not here")};
}

}  // namespace

Instant Record::Impl::write_time() {
  const std::lock_guard lock(mutex);
  const int64_t now_us = clock.now().us / kMillisecondUs * kMillisecondUs;
  last_write_us = std::max(last_write_us, now_us);
  return {last_write_us};
}

// A UUID of version 7 (RFC 9562 5.7): ids made one after another lie beside each other in every index, so
// that the resources of one message change few of its pages.
std::string Record::Impl::new_id() {
  const std::lock_guard lock(mutex);
  const auto ms = static_cast<uint64_t>(clock.now().us / kMillisecondUs);
  std::array<uint8_t, 6> bytes;
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(ms >> (40 - 8 * i));
  const std::string time = to_hex(bytes);
  std::string id = new_uuid(random);  // xxxxxxxx-xxxx-4xxx-...
  id.replace(0, 8, time, 0, 8).replace(9, 4, time, 8, 4);
  id[14] = '7';
  return id;
}

detail::Rows Record::Impl::rows_of(const detail::TypeDef& type, const std::string& text) const {
  const auto value = json::parse(text);
  return value && value->is_object() ? detail::extract(type, value->get_object()) : detail::Rows{};
}

Result<std::optional<Record::Impl::Current>> Record::Impl::find(sql::Session& session,
                                                                const detail::TypeDef& type,
                                                                std::string_view id) {
  sql::Query query = session.query(
      "SELECT key, version, deleted, updated_at, patient, text FROM record_resource WHERE type = ?1 AND id = "
      "?2",
      type.number, id);
  std::optional<Current> out;
  if (query.next())
    out = Current{query.integer(0), query.integer(1),           query.integer(2) != 0,
                  query.instant(3), std::string(query.text(4)), std::string(query.text(5))};
  XL_CHECK(query.status());
  return out;
}

Result<void> Record::Impl::note(sql::Session& session, const trust::Access& access,
                                const trust::AuditEntry& entry) {
  if (auto* tx = dynamic_cast<sql::Tx*>(&session)) {
    XL_CHECK(audit.append(*tx, access, entry));
  } else {
    audit.record(access, entry);
  }
  return {};
}

Result<void> Record::Impl::allow(const trust::Access& access, Result<void> allowed, trust::Action action,
                                 std::string_view type, std::string_view id) {
  if (allowed) return {};
  constexpr size_t kNamedMax = 100;  // nothing was checked yet: both may be anything
  std::string object(type.substr(0, kNamedMax));
  if (!id.empty()) object.append("/").append(id.substr(0, kNamedMax));
  audit.record(access, {.action = action, .object = object, .success = false, .detail = "not allowed"});
  return allowed;
}

Result<void> Record::Impl::announce(sql::Tx& tx, const trust::Access& access, trust::Action action,
                                    const Resource& written, const detail::TypeDef& type, json::object data) {
  const std::string object = written.type + "/" + written.id;
  trust::AuditEntry entry{.action = action,
                          .object = object,
                          .patient = written.patient,
                          .detail = "version " + std::to_string(written.version)};
  XL_CHECK(audit.append(tx, access, entry));
  const char* verb = action == trust::Action::Create   ? "-created"
                     : action == trust::Action::Delete ? "-deleted"
                                                       : "-updated";
  data["version"] = written.version;
  journal::Event event;
  event.type = std::string("record.").append(type.event).append(verb);
  event.subject = object;
  event.patient = written.patient;
  event.data = std::move(data);
  XL_CHECK(journal.append(tx, std::move(event)));
  for (Watcher* watcher : watchers) XL_CHECK(watcher->written(tx, access, action, written));
  return {};
}

Result<Resource> Record::Impl::insert(sql::Tx& tx, const trust::Access& access,
                                      const Prepared::Content& content) {
  Resource out{content.type_name, content.id, 1, write_time(), false, {}, content.rows.patient};
  out.text = content.text(out.version, out.last_updated);
  XL_TRY(const int64_t inserted,
         tx.run("INSERT INTO record_resource (type, id, version, updated_at, deleted, patient, text) "
                "VALUES (?1, ?2, 1, ?3, 0, ?4, ?5) ON CONFLICT (type, id) DO NOTHING",
                content.type->number, content.id, out.last_updated, out.patient, out.text));
  if (inserted == 0) return Error(kIdTaken, content.type_name + "/" + content.id + " exists already");
  XL_CHECK(index.move(tx, *content.type, tx.last_insert_id(), nullptr, &content.rows));
  XL_CHECK(announce(tx, access, trust::Action::Create, out, *content.type, content.event));
  return out;
}

Result<void> Record::Impl::keep_history(sql::Tx& tx, const detail::TypeDef& type, const Current& old) {
  XL_CHECK(tx.run(
      "INSERT INTO record_history (resource, version, updated_at, deleted, patient, text, type) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      old.key, old.version, old.updated, static_cast<int>(old.deleted), old.patient, old.text, type.number));
  return {};
}

Result<Resource> Record::Impl::replace(sql::Tx& tx, const trust::Access& access,
                                       const Prepared::Content& content, const Current& old) {
  XL_CHECK(keep_history(tx, *content.type, old));
  Resource out{content.type_name, content.id, old.version + 1, write_time(), false, {}, content.rows.patient};
  out.text = content.text(out.version, out.last_updated);
  XL_CHECK(
      tx.run("UPDATE record_resource SET version = ?2, updated_at = ?3, deleted = 0, patient = ?4, "
             "text = ?5 WHERE key = ?1",
             old.key, out.version, out.last_updated, out.patient, out.text));
  const detail::Rows before = old.deleted ? detail::Rows{} : rows_of(*content.type, old.text);
  XL_CHECK(index.move(tx, *content.type, old.key, &before, &content.rows));
  const auto action = old.deleted ? trust::Action::Create : trust::Action::Update;
  XL_CHECK(announce(tx, access, action, out, *content.type, content.event));
  return out;
}

Result<Resource> Record::create(sql::Tx& tx, const trust::Access& access, const Prepared& prepared) {
  const Prepared::Content& content = *prepared.content_;
  XL_TRY(const detail::Visibility writable,
         impl_->visibility(access, right_to_write(access), trust::Interaction::Create, trust::Action::Create,
                           content.type_name, ""));
  XL_CHECK(impl_->allow(access, within(writable, content), trust::Action::Create, content.type_name, ""));
  return impl_->insert(tx, access, content);
}

Result<Resource> Record::update(sql::Tx& tx, const trust::Access& access, const Prepared& prepared) {
  const Prepared::Content& content = *prepared.content_;
  XL_TRY(const detail::Visibility writable,
         impl_->visibility(access, right_to_write(access), trust::Interaction::Update, trust::Action::Update,
                           content.type_name, content.id));
  XL_CHECK(
      impl_->allow(access, within(writable, content), trust::Action::Update, content.type_name, content.id));
  XL_TRY(const auto old, impl_->find(tx, *content.type, content.id));
  XL_CHECK(impl_->allow_change(tx, access, writable, *content.type, content.id, old));
  if (content.if_match && (!old || *content.if_match != old->version))
    return Error(kVersionConflict, "the current version of " + content.type_name + "/" + content.id + " is " +
                                       (old ? std::to_string(old->version) : "none") + ", not " +
                                       std::to_string(*content.if_match));
  if (!old || old->deleted) {  // who may change may not yet create
    XL_TRY(const detail::Visibility creatable,
           impl_->visibility(access, right_to_write(access), trust::Interaction::Create,
                             trust::Action::Create, content.type_name, content.id));
    XL_CHECK(impl_->allow(access, within(creatable, content), trust::Action::Create, content.type_name,
                          content.id));
  }
  if (!old) return impl_->insert(tx, access, content);
  return impl_->replace(tx, access, content, *old);
}

Result<bool> Record::put(sql::Tx& tx, const trust::Access& access, const Prepared& prepared) {
  const Prepared::Content& content = *prepared.content_;
  XL_TRY(const auto old, impl_->find(tx, *content.type, content.id));
  // Under a restriction what is hidden must not show in the answer, not even by being the same.
  const bool same = old && !old->deleted && old->text == content.text(old->version, old->updated);
  if (same && access.restriction() == nullptr) return false;
  XL_CHECK(update(tx, access, prepared));
  return true;
}

Result<void> Record::remove(sql::Tx& tx, const trust::Access& access, std::string_view type,
                            std::string_view id, WriteOptions options) {
  XL_TRY(const detail::Visibility removable,
         impl_->visibility(access, trust::Permission::WriteClinical, trust::Interaction::Delete,
                           trust::Action::Delete, type, id));
  const detail::TypeDef* def = detail::find_type(type);
  XL_TRY(const auto old, impl_->find(tx, *def, id));
  XL_CHECK(impl_->allow_change(tx, access, removable, *def, id, old));
  if (!old) return no_such(type, id);
  if (options.if_match && *options.if_match != old->version) return Error(kVersionConflict);
  if (old->deleted) return {};
  XL_CHECK(impl_->keep_history(tx, *def, *old));
  Resource gone{std::string(type), std::string(id), old->version + 1, impl_->write_time(), true, {},
                old->patient};
  XL_CHECK(
      tx.run("UPDATE record_resource SET version = ?2, updated_at = ?3, deleted = 1, text = '' "
             "WHERE key = ?1",
             old->key, gone.version, gone.last_updated));
  const detail::Rows before = impl_->rows_of(*def, old->text);
  XL_CHECK(impl_->index.move(tx, *def, old->key, &before, nullptr));
  json::object data{{"type", gone.type}, {"id", gone.id}, {"patient", gone.patient}};
  return impl_->announce(tx, access, trust::Action::Delete, gone, *def, std::move(data));
}

}  // namespace xinglin::record
