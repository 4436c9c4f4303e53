// Reads the official FHIR R4 package and writes the image of definitions that is linked into the server: the
// program of the build's custom command, with the same compiler that a server uses for a site's profiles.
// Examples that the package holds of definitions themselves are left out.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/json.h"
#include "codec/fhir/definition_compiler.h"

namespace xinglin {
namespace {

namespace fs = std::filesystem;

bool is_wanted(const std::string& name) {
  for (const char* kind : {"StructureDefinition-", "SearchParameter-", "CompartmentDefinition-",
                           "OperationDefinition-", "CodeSystem-", "ValueSet-"})
    if (name.starts_with(kind)) return name.find("-example") == std::string::npos;
  return false;
}

Result<void> compile(const fs::path& package, fhir::DefinitionCompiler& compiler) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(package))
    if (is_wanted(entry.path().filename().string())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.size() < 4000)
    return Error(errors::kNotFound, package.string() + " does not hold the definitions");
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    XL_TRY(const json::value value, json::parse(text));
    if (const json::object* resource = value.if_object()) XL_CHECK(compiler.add(*resource));
  }
  return {};
}

}  // namespace
}  // namespace xinglin

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: compile PACKAGE_FOLDER IMAGE_FILE\n";
    return 2;
  }
  xinglin::fhir::DefinitionCompiler compiler;
  if (const auto done = xinglin::compile(argv[1], compiler); !done.ok()) {
    std::cerr << done.error().message() << "\n";
    return 1;
  }
  std::ofstream out(argv[2], std::ios::binary);
  out << compiler.finish();
  out.close();
  return out ? 0 : 1;
}
