// Reads the code systems, value sets and concept maps of the official FHIR R4 package and writes the pack
// that is linked into the server: the program of the build's custom command, with the same writer that a
// server uses.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/terminology/detail/pack_writer.h"
#include "core/terminology/detail/read_resource.h"

namespace xinglin {
namespace {

namespace fs = std::filesystem;
namespace detail = terminology::detail;

Result<void> add(const json::object& resource, std::string_view type, detail::PackWriter& writer) {
  if (type == "CodeSystem") {
    XL_TRY(const detail::SystemDraft draft, detail::read_system(resource));
    if (draft.content != detail::Content::Supplement)
      writer.add(draft);  // else it would hide what it adds to
  } else if (type == "ValueSet") {
    XL_TRY(const detail::SetDraft draft, detail::read_set(resource));
    writer.add(draft);
  } else if (type == "ConceptMap") {
    XL_TRY(const detail::MapDraft draft, detail::read_map(resource));
    writer.add(draft);
  }
  return {};
}

Result<void> compile(const fs::path& package, detail::PackWriter& writer) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(package)) {
    const std::string name = entry.path().filename().string();
    for (const char* kind : {"CodeSystem-", "ValueSet-", "ConceptMap-"})
      if (name.starts_with(kind)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.size() < 2000)
    return Error(errors::kNotFound, package.string() + " does not hold the definitions");
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    XL_TRY(const json::value value, json::parse(text));
    const json::object* resource = value.if_object();
    if (!resource) continue;
    const auto added = add(*resource, json::find_string(*resource, "resourceType").value_or(""), writer);
    if (!added.ok()) return added.error().with_context(file.filename().string());
  }
  return {};
}

}  // namespace
}  // namespace xinglin

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: compile_terminology PACKAGE_FOLDER PACK_FILE\n";
    return 2;
  }
  xinglin::terminology::detail::PackWriter writer;
  if (const auto done = xinglin::compile(argv[1], writer); !done.ok()) {
    std::cerr << done.error().message() << "\n";
    return 1;
  }
  const std::vector<uint64_t> pack = writer.finish();
  std::ofstream out(argv[2], std::ios::binary);
  out.write(reinterpret_cast<const char*>(pack.data()),
            static_cast<std::streamsize>(pack.size() * sizeof(uint64_t)));
  out.close();
  return out ? 0 : 1;
}
