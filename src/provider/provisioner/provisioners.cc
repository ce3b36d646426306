#include "provider/provisioner/provisioners.h"

#include <fmt/format.h>

#include "provider/provisioner/file.h"
#include "provider/provisioner/local_exec.h"
#include "provider/provisioner/remote_exec.h"

namespace provider::provisioner {

base::core::Result<std::shared_ptr<const api::Provisioner>> FindProvisioner(
    const std::string& type, const base::core::Environment& environment) {
  if (type == "local-exec") return MakeLocalExec(environment);
  if (type == "remote-exec") return MakeRemoteExec(environment);
  if (type == "file") return MakeFile(environment);
  return base::core::Error(fmt::format(
      "There is no provisioner \"{}\", and provisioners of one's own cannot be added. Call its program "
      "with a local-exec provisioner.",
      type));
}

}  // namespace provider::provisioner
