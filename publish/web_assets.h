// The files of viewer/web/ that travel inside an exported page; made from them at build time (embed.cmake).
#pragma once

#include <string_view>

namespace rv::publish {

// The modules of viewer/web/ joined into one classic script (join_modules.cmake).
extern const std::string_view kRotatingViewScript;
// Those that need a view's depth or camera; a page loads them where a spin has remarks or depth.
extern const std::string_view kRotatingViewDepthScript;
// viewer/web/spin_page.html: text with {{NAME}} where something is put in.
extern const std::string_view kSpinPage;

}  // namespace rv::publish
