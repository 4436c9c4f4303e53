// Writes packs (pack.h) from drafts. Used by the program of the build and by the server, one thread each.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/terminology/detail/draft.h"

namespace xinglin::terminology::detail {

class PackWriter {
public:
  PackWriter();
  void add(const SystemDraft& system);
  void add(const SetDraft& set);
  void add(const MapDraft& map);
  std::vector<uint64_t> finish();

private:
  Ref text(const std::string& text);
  Range designations(const std::vector<Designation>& designations);
  Range properties(const std::vector<ConceptProperty>& properties);
  void concepts(const SystemDraft& system, SystemRecord& record);
  Range listed(const std::vector<ListedDraft>& listed);
  Range elements(const std::vector<ElementDraft>& elements);
  void name(Kind kind, Ref url, Ref id, size_t index);
  std::string_view view(Ref ref) const;
  uint32_t sorted(const std::vector<std::string>& keys);

  std::string strings_;
  std::map<std::string, Ref, std::less<>> known_;
  std::vector<uint32_t> index_;
  std::vector<NameRecord> names_, ids_;
  std::vector<SystemRecord> systems_;
  std::vector<ConceptRecord> concepts_;
  std::vector<DesignationRecord> designations_;
  std::vector<PropertyRecord> properties_;
  std::vector<SetRecord> sets_;
  std::vector<IncludeRecord> includes_;
  std::vector<ListedRecord> listed_;
  std::vector<FilterRecord> filters_;
  std::vector<MapRecord> maps_;
  std::vector<GroupRecord> groups_;
  std::vector<ElementRecord> elements_;
  std::vector<TargetRecord> targets_;
};

// ASCII letters in lower case.
std::string lower(std::string_view text);

}  // namespace xinglin::terminology::detail
