// A provider for tests and benchmarks, source parterre/mock: it keeps objects in files of a folder (or
// nowhere), is as slow and as faulty as it is told, and has resource types with wide schemas. Never used
// unless a configuration requires it.
#pragma once

#include <memory>

#include "provider/api/provider.h"

namespace provider::mock {

std::shared_ptr<api::Provider> MakeMockProvider();

}  // namespace provider::mock
