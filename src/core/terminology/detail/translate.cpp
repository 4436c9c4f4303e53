// $translate: the elements of concept maps, forwards and backwards. Of several maps every match is given.
#include <algorithm>

#include "core/terminology/detail/answers.h"

namespace xinglin::terminology::detail {

namespace {

constexpr int kOtherMapDepth = 4;

// What a target is to the source, read the other way round.
std::string_view turned(std::string_view equivalence) {
  if (equivalence == "wider") return "narrower";
  if (equivalence == "narrower") return "wider";
  if (equivalence == "subsumes") return "specializes";
  return equivalence == "specializes" ? "subsumes" : equivalence;
}

bool agrees(std::string_view wanted, std::string_view have) {
  return wanted.empty() || have.empty() || canonical_of(wanted).url == canonical_of(have).url;
}

struct Question {
  const Library& library;
  const TranslateRequest& request;
  std::vector<Translation> out = {};

  void add(const MapView& map, std::string_view equivalence, std::string_view system, std::string_view code,
           std::string_view display, std::string_view comment) {
    Translation next{.equivalence = std::string(equivalence),
                     .target = {.system = std::string(system),
                                .version = {},
                                .code = std::string(code),
                                .display = std::string(display)},
                     .comment = std::string(comment),
                     .map_url = std::string(map.url())};
    if (next.target.display.empty() && !code.empty()) {
      const SystemView known = library.system(system);
      if (const uint32_t place = known ? known.find(code) : kNone; place != kNone)
        next.target.display = known.text(known.at(place).display);
    }
    const auto same = [&next](const Translation& t) {
      return t.map_url == next.map_url && t.target.system == next.target.system &&
             t.target.code == next.target.code && t.equivalence == next.equivalence;
    };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(next));
  }

  void unmapped(const MapView& map, const GroupRecord& group, int depth) {
    if (group.unmapped == Unmapped::Fixed)
      add(map, "inexact", map.text(group.target), map.text(group.unmapped_code),
          map.text(group.unmapped_display), "fixed for what is not mapped");
    if (group.unmapped == Unmapped::Provided)
      add(map, "equivalent", map.text(group.target), request.coding.code, {}, "the code stays as it is");
    if (group.unmapped != Unmapped::OtherMap || depth >= kOtherMapDepth) return;
    if (const MapView other = library.map(map.text(group.unmapped_url))) forwards(other, depth + 1);
  }

  void forwards(const MapView& map, int depth) {
    for (const GroupRecord& group : map.pack->some<GroupRecord>(Section::Groups, map.record->groups)) {
      if (map.text(group.source) != request.coding.system ||
          !agrees(request.target_system, map.text(group.target)))
        continue;
      bool mapped = false;
      for (const ElementRecord& element : map.pack->some<ElementRecord>(Section::Elements, group.elements)) {
        if (map.text(element.code) != request.coding.code) continue;
        mapped = true;
        for (const TargetRecord& target : map.pack->some<TargetRecord>(Section::Targets, element.targets))
          add(map, map.text(target.equivalence), map.text(group.target), map.text(target.code),
              map.text(target.display), map.text(target.comment));
      }
      if (!mapped) unmapped(map, group, depth);
    }
  }

  void backwards(const MapView& map) {
    for (const GroupRecord& group : map.pack->some<GroupRecord>(Section::Groups, map.record->groups)) {
      if (map.text(group.target) != request.coding.system ||
          !agrees(request.target_system, map.text(group.source)))
        continue;
      for (const ElementRecord& element : map.pack->some<ElementRecord>(Section::Elements, group.elements))
        for (const TargetRecord& target : map.pack->some<TargetRecord>(Section::Targets, element.targets))
          if (map.text(target.code) == request.coding.code)
            add(map, turned(map.text(target.equivalence)), map.text(group.source), map.text(element.code),
                map.text(element.display), map.text(target.comment));
    }
  }
};

}  // namespace

Result<std::vector<Translation>> translations_of(const Library& library, const TranslateRequest& request) {
  Question question{library, request};
  bool any = false;
  const auto ask = [&](const MapView& map) {
    any = true;
    if (request.reverse)
      question.backwards(map);
    else
      question.forwards(map, 0);
  };
  if (!request.map_url.empty()) {
    const MapView map = library.map(request.map_url);
    if (!map) return Error(kUnknownMap, "the concept map " + request.map_url + " is not loaded here");
    ask(map);
    return std::move(question.out);
  }
  for (const MapView& map : library.maps()) {
    const std::string_view source = map.text(map.record->source), target = map.text(map.record->target);
    const bool fits = agrees(request.source_value_set, request.reverse ? target : source) &&
                      agrees(request.target_value_set, request.reverse ? source : target);
    const auto groups = map.pack->some<GroupRecord>(Section::Groups, map.record->groups);
    const auto speaks = [&](const GroupRecord& group) {
      return map.text(request.reverse ? group.target : group.source) == request.coding.system &&
             agrees(request.target_system, map.text(request.reverse ? group.source : group.target));
    };
    if (fits && std::any_of(groups.begin(), groups.end(), speaks)) ask(map);
  }
  if (!any)
    return Error(kUnknownMap, "no concept map from the code system " + request.coding.system +
                                  (request.target_system.empty() ? "" : " to " + request.target_system) +
                                  " is loaded here");
  return std::move(question.out);
}

}  // namespace xinglin::terminology::detail
