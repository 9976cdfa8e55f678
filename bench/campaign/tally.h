// What a campaign found, as text for people and as JSON.
#pragma once

#include <string>
#include <vector>

#include "bench/campaign/campaign.h"

namespace rv::campaign {

// One row a kind, in the order of the kinds, and the sum.
std::string TallyTable(const std::vector<Entry>& entries);
// Kind, number, faults, and the command that repeats it and keeps its input, of each wrong variant.
std::string WrongList(const std::vector<Entry>& entries, const CampaignOptions& options);
// Variants that ffmpeg could not make, each reason once; empty when there are none.
std::string NotMadeList(const std::vector<Entry>& entries);
// {"event":"variant",...}
std::string EntryJson(const Entry& entry);
// {"event":"result",...}
std::string TallyJson(const std::vector<Entry>& entries, const CampaignOptions& options);

}  // namespace rv::campaign
