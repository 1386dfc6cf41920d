# SPDX-License-Identifier: Apache-2.0
# Makes a C++ file with texts in it: cmake -DOUT=assets.cpp -DFILES="page.html;page.css" -P embed.cmake
# Each file becomes a std::string_view named after it: page.html -> page_html.
set(text "// Made from the files beside embed.cmake.\n#include \"harness/report/html/assets.h\"\n\nnamespace burnrig::harness::html {\n")
foreach(file ${FILES})
  file(READ ${file} content)
  get_filename_component(name ${file} NAME)
  string(MAKE_C_IDENTIFIER ${name} name)
  string(APPEND text "const std::string_view ${name} = R\"~~~~(${content})~~~~\";\n")
endforeach()
string(APPEND text "} // namespace burnrig::harness::html\n")
file(WRITE ${OUT} "${text}")
