// Gzip with the very bytes that Go's compress/gzip gives at its default level (Write, Flush, Close): what
// base64gzip() of the stock program returns, so that resources that hold it see no change. For anything else
// take gzip.h. Used by language/functions.
#pragma once

#include <string>
#include <string_view>

namespace base::archive {

std::string GoGzip(std::string_view bytes);

}  // namespace base::archive
