// The files of viewer/web/ that travel inside an exported page; made from them at build time (embed.cmake).
#pragma once

#include <string_view>

namespace rv::publish {

// The modules of viewer/web/ joined into one classic script (join_modules.cmake).
extern const std::string_view kRotatingViewScript;
// viewer/web/spin_page.html: text with {{NAME}} where something is put in.
extern const std::string_view kSpinPage;

}  // namespace rv::publish
