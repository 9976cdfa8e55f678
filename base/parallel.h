// Deterministic data parallelism: items are independent and write only their own slot, so the result does
// not depend on the number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace rv {

// Hardware threads this process may use (cgroup/affinity aware), at least 1.
int HardwareThreads();

// Tells OpenCV, process-wide, to stay on the calling thread: ParallelFor already uses all that are asked for,
// and pools inside pools only wait for each other. For a program's main; results are the same without it.
void KeepLibrariesOnOneThread();

// Calls body(i) once for each i in [0, count), on up to `threads` threads (0 = all hardware threads). The
// first exception thrown by a body is rethrown here after all threads have stopped.
void ParallelFor(std::size_t count, int threads, const std::function<void(std::size_t)>& body);

}  // namespace rv
