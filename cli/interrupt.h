// Ctrl-C as a question that a progress callback asks.
#pragma once

namespace rv::cli {

// From now on SIGINT and SIGTERM only set a flag, so that a job can end cleanly, and a closed pipe is an
// error of the write instead of the end of the program.
void CatchInterrupts();

// Whether SIGINT or SIGTERM has come since.
bool Interrupted();

}  // namespace rv::cli
