# Turns server/db/migrations/NNNN_*.sql into one generated source, so that the program carries them.
function(ourea_embed_migrations target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/server/db/migrations/*.sql)
  list(SORT files)
  set(entries "")
  foreach(file ${files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"sql(${text})sql\"},\n")
  endforeach()
  set(out ${CMAKE_BINARY_DIR}/migrations.cpp)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"// Generated from server/db/migrations by cmake/migrations.cmake.
#include \"db/migrate.hpp\"

namespace ourea::db {
std::vector<Migration> const& migrations() {
  static std::vector<Migration> const all{
@entries@  };
  return all;
}
}  // namespace ourea::db
")
  target_sources(${target} PRIVATE ${out})
endfunction()
