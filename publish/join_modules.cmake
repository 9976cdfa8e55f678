# Joins ES modules into one classic script:
#   cmake -DOUT=script.js -DFOLDER=viewer/web -DMODULES=a.js,b.js -P join_modules.cmake
# With -DADDRESS=ON the script is for <script type=module> and tells the modules its address as moduleAddress
# and exports the element's class.
# MODULES stand in the order of loading: each after those that it imports. Comments, indentation and the line
# breaks around { ; } do not travel. The modules keep to a convention, so that no parser is needed here; anything
# else ends the build:
#   - `import {name, name} from './module.js';` at the start of a line, without renaming;
#   - `export` at the start of a line, before `const`, `class`, `function` or `async function`;
#   - the words import and export nowhere else, be it in a text;
#   - no name at the top level of two modules, as all share one scope afterwards;
#   - a comment is a line of its own that begins with //, or stands between /** and */.
cmake_minimum_required(VERSION 3.25)
set(word "[A-Za-z0-9_$]")

# Without comments, indentation and empty lines; begins and ends with a line break.
function(strip name text result)
  while(TRUE)
    string(FIND "${text}" "/**" begin)
    if(begin EQUAL -1)
      break()
    endif()
    string(SUBSTRING "${text}" 0 ${begin} before)
    string(SUBSTRING "${text}" ${begin} -1 rest)
    string(FIND "${rest}" "*/" end)
    math(EXPR end "${end} + 2")
    string(SUBSTRING "${rest}" ${end} -1 rest)
    string(REGEX REPLACE "^ " "" rest "${rest}")
    set(text "${before}${rest}")
  endwhile()
  string(REGEX REPLACE "\n[ ]+" "\n" text "\n${text}\n")
  string(REGEX REPLACE "\n//[^\n]*" "" text "${text}")
  if(text MATCHES "\n[^\n]* //[^\n]*")
    message(FATAL_ERROR "${name}: a comment after code needs a line of its own:${CMAKE_MATCH_0}")
  endif()
  string(REGEX REPLACE "\n\n+" "\n" text "${text}")
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# The lines between import and export statements; `joined` are the modules that may be imported.
function(module_body name text joined result)
  set(import "\nimport {${word}+(,[ \n]${word}+)*} from '\\./(${word}+\\.js)'")
  string(REGEX MATCHALL "${import}" imports "${text}")
  foreach(statement IN LISTS imports)
    string(REGEX REPLACE ".*'\\./(.*)'$" "\\1" imported "${statement}")
    if(NOT imported IN_LIST joined)
      message(FATAL_ERROR "${name} imports ${imported}, which does not stand before it in the list of modules")
    endif()
  endforeach()
  string(REGEX REPLACE "${import};" "" text "${text}")
  string(REGEX REPLACE "\nexport (const|class|function|async function) " "\n\\1 " text "${text}")
  if(text MATCHES "\n([^\n]*[^A-Za-z0-9_$\n])?(import|export)([^A-Za-z0-9_$\n][^\n]*)?\n")
    message(FATAL_ERROR "${name}: not a form of import or export that can be joined:${CMAKE_MATCH_0}"
                        "see publish/join_modules.cmake for the forms that can.")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# The names that a module declares at its top level, where no line is indented.
function(top_level_names text result)
  set(names "")
  string(REGEX MATCHALL "\n(export )?(const|let|var|class|function|async function) ${word}+" lines "\n${text}")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE ".* " "" name "${line}")
    list(APPEND names "${name}")
  endforeach()
  set(${result} "${names}" PARENT_SCOPE)
endfunction()

set(script "(() => {\n'use strict';")
if(ADDRESS)
  string(PREPEND script "const moduleAddress = import.meta.url;\n")
endif()
set(joined "")
set(taken "")
string(REPLACE "," ";" MODULES "${MODULES}")
foreach(name IN LISTS MODULES)
  file(READ "${FOLDER}/${name}" text)
  top_level_names("${text}" names)
  foreach(each IN LISTS names)
    if(each IN_LIST taken)
      message(FATAL_ERROR "${name}: another module has a ${each} at its top level already")
    endif()
  endforeach()
  list(APPEND taken ${names})
  strip("${name}" "${text}" text)
  module_body("${name}" "${text}" "${joined}" text)
  string(REGEX REPLACE "([{;])\n" "\\1" text "${text}")
  string(REGEX REPLACE "\n(}|$)" "\\1" text "${text}")
  string(APPEND script "${text}")
  list(APPEND joined "${name}")
endforeach()
set(tail "\n})();\n")
if(ADDRESS)
  string(APPEND tail "export const RotatingView = customElements.get('rotating-view');\n")
endif()
file(WRITE "${OUT}" "${script}${tail}")
