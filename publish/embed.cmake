# Turns web files into a C++ source: cmake -DOUT=... -DSCRIPT=... -DDEPTH_SCRIPT=... -DPAGE=... -P embed.cmake
file(READ "${SCRIPT}" script)
file(READ "${DEPTH_SCRIPT}" depth_script)
file(READ "${PAGE}" page)

# In pieces: compilers need not take literals of more than 65536 bytes.
function(literal text result)
  set(out "")
  string(LENGTH "${text}" left)
  set(at 0)
  while(at LESS left)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND out "R\"rv_web(${piece})rv_web\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  set(${result} "${out}" PARENT_SCOPE)
endfunction()
literal("${script}" script_literal)
literal("${depth_script}" depth_script_literal)
literal("${page}" page_literal)
file(WRITE "${OUT}" "#include \"publish/web_assets.h\"

namespace rv::publish {
const std::string_view kRotatingViewScript =
${script_literal};
const std::string_view kRotatingViewDepthScript =
${depth_script_literal};
const std::string_view kSpinPage =
${page_literal};
}  // namespace rv::publish
")
