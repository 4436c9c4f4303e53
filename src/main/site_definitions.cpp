#include "main/site_definitions.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/json.h"

namespace xinglin::main {
namespace {

namespace fs = std::filesystem;

Result<void> add(fhir::DefinitionCompiler& compiler, const json::object& resource) {
  const json::array* entries = json::find_array(resource, "entry");
  if (json::find_string(resource, "resourceType") == "StructureDefinition") return compiler.add(resource);
  if (!entries) return {};
  for (const json::value& item : *entries) {
    const json::object* entry = item.if_object();
    const json::object* inner = entry ? json::find_object(*entry, "resource") : nullptr;
    if (inner && json::find_string(*inner, "resourceType") == "StructureDefinition")
      XL_CHECK(compiler.add(*inner));
  }
  return {};
}

Result<void> read(const fs::path& file, fhir::DefinitionCompiler& compiler) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in && !in.eof()) return Error(errors::kIo, "cannot be read");
  XL_TRY(const json::value value, json::parse(text));
  return value.is_object() ? add(compiler, value.get_object()) : Result<void>();
}

}  // namespace

validation::Membership BoundCodes::check(std::string_view value_set, std::string_view system,
                                         std::string_view code) const {
  const terminology::Membership found = system.empty() ? terminology_.member_code(value_set, code)
                                                       : terminology_.member(value_set, system, code);
  if (found == terminology::Membership::In) return validation::Membership::Member;
  return found == terminology::Membership::NotIn ? validation::Membership::NotMember
                                                 : validation::Membership::Unknown;
}

Result<std::unique_ptr<const fhir::Definitions>> read_site_definitions(const std::string& folder) {
  if (folder.empty()) return std::unique_ptr<const fhir::Definitions>();
  std::error_code failed;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (failed) return Error(errors::kNotFound, "the folder of profiles " + folder + ": " + failed.message());
  std::sort(files.begin(), files.end());
  fhir::DefinitionCompiler compiler;
  for (const fs::path& file : files)
    if (const auto done = read(file, compiler); !done.ok()) return done.error().with_context(file.string());
  return std::make_unique<const fhir::Definitions>(compiler.finish());
}

}  // namespace xinglin::main
