// One resource against search parameters: for those who follow what is written, not for those who ask.
#include "core/record/detail/impl.h"
#include "core/record/detail/plan.h"

namespace xinglin::record {

Result<bool> Record::matches(sql::Session& session, std::string_view type, std::string_view id,
                             const std::vector<SearchParameter>& parameters) {
  const detail::TypeDef* def = detail::find_type(type);
  if (!def) return Error(kUnknownType, "'" + std::string(type) + "' is not a resource type offered here");
  const detail::Compiler compiler{session, *def, impl_->clock.now(), nullptr, impl_->codes};
  detail::Sql sql;
  sql.add("SELECT 1 FROM record_resource r WHERE r.type = ").bind(int64_t{def->number});
  sql.add(" AND r.deleted = 0 AND r.id = ").bind(std::string(id));
  for (const SearchParameter& parameter : parameters) {
    XL_TRY(const detail::Clause clause, compiler.compile(parameter));
    sql.add(clause.negated ? " AND NOT (" : " AND (");
    if (!clause.probe.empty())
      sql.add(clause.probe);
    else
      sql.add("r.key IN (").add(clause.set).add(")");
    sql.add(")");
  }
  sql::Query query = detail::run(session, sql);
  const bool found = query.next();
  XL_CHECK(query.status());
  return found;
}

}  // namespace xinglin::record
