# cmake -D OUTPUT=file.cpp -P embed_migrations.cmake a.sql b.sql ...
# Writes the migrations, sorted by file name, with their SHA-256 as a C++ table.
set(rows "")
set(count 0)
math(EXPR last "${CMAKE_ARGC} - 1")
set(files "")
set(seen_script FALSE)
foreach(i RANGE ${last})
  set(argument "${CMAKE_ARGV${i}}")
  if(argument MATCHES "\\.sql$")
    list(APPEND files "${argument}")
  endif()
endforeach()
list(SORT files)
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME_WE)
  file(SHA256 "${file}" digest)
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", \"${digest}\", R\"XLSQL(${text})XLSQL\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE "${OUTPUT}" "#include <array>

#include \"store/sql/store.h\"

namespace xinglin::sql {

std::span<const Migration> embedded_migrations() {
  static constexpr std::array<Migration, ${count}> kMigrations{{
${rows}  }};
  return kMigrations;
}

}  // namespace xinglin::sql
")
