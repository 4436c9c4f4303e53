// Files of resources for the tests and the benchmark of this room.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace xinglin::validation {

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::string unpacked(const std::filesystem::path& path) {
  const std::string command = "gzip -dc -- '" + path.string() + "'";
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[65536];
  for (size_t n = fread(buffer, 1, sizeof buffer, pipe); n > 0; n = fread(buffer, 1, sizeof buffer, pipe))
    out.append(buffer, n);
  pclose(pipe);
  return out;
}

inline std::filesystem::path synthea_folder() {
  const char* root = std::getenv("XL_SHARED_DATA");
  return std::filesystem::path(root ? root : XL_SOURCE_DIR "/../shared/data") / "fhir/synthea";
}

inline std::filesystem::path definitions_folder() {
  return XL_SOURCE_DIR "/tools/definitions/node_modules/hl7.fhir.r4.examples";
}

}  // namespace xinglin::validation
