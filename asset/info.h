// What `rotaview info` prints.
#pragma once

#include <string>

#include "asset/rview_file.h"
#include "scene/rotating_view.h"

namespace rv {

// Several lines for people: tier and why, views, coverage, gaps, findings, sources, poses, bytes, tags. Ends
// with a newline. Text out of the file is stripped of control characters.
std::string DescribeRview(const RotatingView& view);
// The findings of ValidateRview for people, one a line; empty when there are none.
std::string DescribeFindings(const RviewFindings& findings);

// One line without a newline at its end:
// {"event":"result","ok":bool,"manifest":{...},"findings":[{"severity","code","where","message"}]}.
std::string DescribeRviewJson(const RotatingView& view, const RviewFindings& findings = {});
// The same round a manifest as ReadManifestJson gives it: complete though no picture was loaded.
std::string DescribeManifestJson(const std::string& manifest, const RviewFindings& findings = {});

}  // namespace rv
